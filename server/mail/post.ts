// SPDX-License-Identifier: AGPL-3.0-or-later
// Sends what waits in the queue to the SMTP server; without one, mails stay readable on the operator's page.
import type { Transporter } from 'nodemailer'
import {
  claimMails,
  keepMails,
  markMailFailed,
  markMailSent,
  releaseLeases,
  type MailRow,
} from '../../db/queries/mails.ts'
import { findAssociation } from '../../db/queries/association.ts'
import { HOUR, MINUTE, later } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { waitAfter, type BackOff } from '../queue/back-off.ts'
import { LEASE, Queue } from '../queue/queue.ts'
import { transact, type Tx } from '../web/transact.ts'

/** A mail is parked as failed after about three days. */
const BACK_OFF: BackOff = {
  waits: [1 * MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR],
  tries: 9,
}
/** All mails go to one server, one after the other. */
const SERVER = 'smtp'
/** How long a stop waits for the mail under way; the next start sends it again under the same name. */
const STOP_PATIENCE_MS = 5_000

export type Post = {
  /** Sends everything that is due; resolves when nothing due is left. */
  drain(): Promise<void>
  /** At a start: no other process is sending a mail, so none has to wait until a lease is over. */
  takeUp(): void
  stop(): Promise<void>
}

/** `error`: undefined when the server took the mail. */
type Tried = { mail: MailRow; error?: unknown }

export function createPost(deps: Deps): Post {
  const { smtpUrl, mailFrom } = deps.config
  let transport: Transporter | undefined
  /** The server itself does not answer or does not let us in: the other mails need not be tried in this round. */
  let isAway = false

  const queue: Queue<MailRow, Tried> = new Queue<MailRow, Tried>(
    deps,
    { name: 'mails', atOnce: 1, perOwner: 1 },
    {
      ownerOf: () => SERVER,
      nameOf: ({ mail }) => mail.id,
      releaseLeases: (at) => releaseLeases(deps.db, at),
      async begin() {
        isAway = false
        if (!smtpUrl) await keepMails(deps.db)
      },
      async run(mail) {
        try {
          transport ??= await openTransport(smtpUrl!)
          await transport.sendMail(await messageOf(mail))
          return { hasAnswered: true, ended: { mail } }
        } catch (error) {
          isAway = !isAboutThisMail(error)
          return { hasAnswered: false, ended: { mail, error } }
        }
      },
      async settleAndTake(ended, slots) {
        const mayTake = smtpUrl && !isAway && slots && slots.freeOf(SERVER) > 0
        if (ended.length === 0 && !mayTake) return []
        const now = deps.clock.iso()
        const work = async (tx: Tx) => {
          for (const one of ended) await settle(tx, one, now)
          return mayTake ? claimMails(tx, now, later(now, LEASE), 1) : []
        }
        return transact(deps, work, { wakes: false })
      },
    },
  )

  async function messageOf(mail: MailRow) {
    return {
      from: { name: (await findAssociation(deps.db))?.name ?? 'Mainforte', address: addressIn(mailFrom) },
      to: { name: mail.to_name, address: mail.to_email },
      subject: mail.subject,
      text: mail.body_text,
      html: mail.body_html,
      // The same mail sent twice after a crash carries the same name: mail programs show it once.
      messageId: `<${mail.id}@${new URL(deps.config.publicUrl).hostname}>`,
      headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': mail.locale },
    }
  }

  async function settle(tx: Tx, { mail, error }: Tried, now: string): Promise<void> {
    if (error === undefined) return markMailSent(tx, mail.id, now)
    const wait = isAboutThisMail(error) && isRefusal(error) ? undefined : waitAfter(mail.attempts, BACK_OFF)
    const final = wait === undefined
    await markMailFailed(tx, mail.id, {
      state: final ? 'failed' : 'queued',
      notBefore: later(now, wait ?? 0),
      // The server's words may repeat the address.
      error: String((error as Error).message)
        .replaceAll(mail.to_email, '…')
        .slice(0, 300),
    })
    deps.log.warn('a mail could not be sent', { mail: mail.id, attempt: mail.attempts, final })
  }

  const removeListener = deps.commits.onCommit(() => void queue.drain())
  return {
    drain: () => queue.drain(),
    takeUp: () => queue.takeUp(),
    async stop() {
      removeListener()
      await Promise.race([queue.stop(), new Promise((resolve) => setTimeout(resolve, STOP_PATIENCE_MS).unref())])
      transport?.close()
    },
  }
}

/** Loaded with the first mail: the library takes some 20 MB of memory. */
async function openTransport(smtpUrl: string): Promise<Transporter> {
  const { createTransport } = await import('nodemailer')
  return createTransport({
    url: smtpUrl,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 20_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  } as object)
}

/** The address of `Les Jardins <bonjour@jardins.example>`: the name people see is always the association's. */
function addressIn(sender: string): string {
  return /<([^<>]+)>\s*$/.exec(sender)?.[1] ?? sender
}

/** What the server said of this one mail, unlike a server that is away or does not let us in (nodemailer's codes). */
function isAboutThisMail(error: unknown): boolean {
  const { code, responseCode } = error as { code?: string; responseCode?: number }
  return responseCode !== undefined && (code === 'EENVELOPE' || code === 'EMESSAGE')
}

/** 5xx is final (RFC 5321 §4.2.1), anything else is tried again. */
function isRefusal(error: unknown): boolean {
  const code = (error as { responseCode?: number }).responseCode ?? 0
  return code >= 500 && code < 600
}
