// SPDX-License-Identifier: AGPL-3.0-or-later
// Sends what waits in the queue to the SMTP server; without one, mails stay readable on the operator's page.
import type { Transporter } from 'nodemailer'
import {
  claimMails,
  keepMails,
  markMailFailed,
  markMailSent,
  releaseLeases,
  releaseMails,
  type MailRow,
} from '../../db/queries/mails.ts'
import { findAssociation } from '../../db/queries/association.ts'
import { HOUR, MINUTE, later } from '../base/clock.ts'
import { turns } from '../queue/turns.ts'
import type { Deps } from '../deps.ts'
import { transact, type Tx } from '../web/transact.ts'

/** Waits between tries: a mail is given up after about three days. */
const WAITS = [1 * MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR, 24 * HOUR]
const LEASE = 2 * MINUTE
/** How long a stop waits for the mail under way; its lease runs out by itself. */
const PATIENCE_MS = 5_000

export type Post = {
  drain(): Promise<void>
  /** At a start: nobody else has a mail in hand any more, so its reader need not wait until a lease is over. */
  takeUp(): void
  stop(): Promise<void>
}

export function createPost(deps: Deps): Post {
  const { smtpUrl, mailFrom } = deps.config
  let transport: Transporter | undefined
  let stopped = false
  let isAlone = false

  /** Returns false when the server itself is away: then the others need not knock too. */
  const send = async (mail: MailRow, from: string): Promise<boolean> => {
    try {
      transport ??= await openTransport(smtpUrl!)
      await transport.sendMail({
        from: { name: from, address: addressIn(mailFrom) },
        to: { name: mail.to_name, address: mail.to_email },
        subject: mail.subject,
        text: mail.body_text,
        html: mail.body_html,
        // The same mail sent twice after a crash carries the same name: mail programs show it once.
        messageId: `<${mail.id}@${new URL(deps.config.publicUrl).hostname}>`,
        headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': mail.locale },
      })
      await markMailSent(deps.db, mail.id, deps.clock.iso())
      return true
    } catch (error) {
      const wait = WAITS[mail.attempts - 1]
      const aboutThisMail = isAboutThisMail(error)
      const final = wait === undefined || (aboutThisMail && isRefusal(error))
      await markMailFailed(deps.db, mail.id, {
        state: final ? 'failed' : 'queued',
        notBefore: later(deps.clock.iso(), wait ?? 0),
        // The server's words may repeat the address.
        error: String((error as Error).message)
          .replaceAll(mail.to_email, '…')
          .slice(0, 300),
      })
      deps.log.warn('a mail could not be sent', { mail: mail.id, attempt: mail.attempts, final })
      return aboutThisMail
    }
  }
  const work = async () => {
    if (stopped) return
    if (isAlone) await releaseLeases(deps.db)
    // Once, between two rounds: later ones are our own.
    isAlone = false
    if (!smtpUrl) await keepMails(deps.db)
    while (smtpUrl) {
      const now = deps.clock.iso()
      const claim = (tx: Tx) => claimMails(tx, now, later(now, LEASE), 10)
      const mails = await transact(deps, claim, { wakes: false })
      if (mails.length === 0) break
      const from = (await findAssociation(deps.db))?.name ?? 'Mainforte'
      mails.sort((a, b) => (a.id < b.id ? -1 : 1))
      let isThere = true
      while (isThere && !stopped && mails.length > 0) isThere = await send(mails.shift()!, from)
      const untouched = mails.map(({ id }) => id)
      if (untouched.length > 0) await releaseMails(deps.db, untouched)
      if (!isThere || stopped) return
    }
  }
  const drain = turns(work, (error) => deps.log.error('the mail queue stopped', { error: String(error) }))
  const silence = deps.bell.onRing(() => void drain())
  return {
    drain,
    takeUp: () => void (isAlone = true),
    async stop() {
      stopped = true
      silence()
      await Promise.race([drain(), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS).unref())])
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
