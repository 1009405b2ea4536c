// SPDX-License-Identifier: AGPL-3.0-or-later
// Without an SMTP server, mails stay readable on the operator's page.
import {
  claimMail,
  deleteMail,
  deleteWaitingMails,
  keepMails,
  markMailFailed,
  markMailSent,
  putMailBack,
  releaseLeases,
  type MailRow,
} from '../../db/queries/mails.ts'
import { record } from '../../db/queries/events.ts'
import { findAssociation } from '../../db/queries/association.ts'
import { HOUR, MINUTE, later } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { waitAfter, type BackOff } from '../queue/back-off.ts'
import { LEASE, Queue } from '../queue/queue.ts'
import type { Slots } from '../queue/slots.ts'
import { transact, type Tx } from '../web/transact.ts'
import type { MailName } from '../text/message-keys.ts'
import { FORGOTTEN } from './answers.ts'
import { gatherDue } from './gather.ts'
import { isAboutThisMail, Smtp, Untried, type SmtpFault } from './smtp.ts'

/** Nine tries take about three days; then the mail has failed. */
const BACK_OFF: BackOff = {
  waits: [1 * MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR],
  tries: 9,
}
/** All mails go to one server, so they are sent one after the other. */
const SERVER = 'smtp'
/** Of a server that answers: a kill may send as many a second time. */
const TAKEN_AT_ONCE = 10
/** Time that a stop waits for the mail being sent; the next start sends it again with the same Message-ID. */
const STOP_PATIENCE_MS = 5_000

/** `error`: undefined when the server took the mail; 'untried' when its turn did not come. */
type Tried = { mail: MailRow; error?: unknown }

export class Post {
  readonly #deps: Deps
  readonly #queue: Queue<MailRow, Tried>
  readonly #removeListener: () => void
  #smtp: Smtp | undefined
  /** The server does not answer or refuses the connection, or we stop: no other mail is tried in this round. */
  #isAway = false
  /** The sending of the mail before. */
  #before: Promise<unknown> = Promise.resolve()

  constructor(deps: Deps) {
    this.#deps = deps
    const settings = { name: 'mails', atOnce: TAKEN_AT_ONCE, perOwner: TAKEN_AT_ONCE }
    this.#queue = new Queue<MailRow, Tried>(deps, settings, {
      ownerOf: () => SERVER,
      nameOf: ({ mail }) => mail.id,
      begin: () => this.#begin(),
      releaseLeases: (at) => releaseLeases(deps.db, at),
      settleAndTake: (ended, slots) => this.#settleAndTake(ended, slots),
      run: (mail) => this.#inOrder(mail),
    })
    this.#removeListener = deps.commits.onWake(() => void this.drain())
  }

  /** Resolves when nothing due is left. */
  drain(): Promise<void> {
    return this.#queue.drain()
  }

  /** Only at a start: no other process is sending, so no mail has to wait for the end of its lease. */
  takeOverLeases(): void {
    this.#queue.takeOverLeases()
  }

  async stop(): Promise<void> {
    this.#removeListener()
    this.#isAway = true
    await Promise.race([this.#queue.stop(), new Promise((resolve) => setTimeout(resolve, STOP_PATIENCE_MS).unref())])
    this.#smtp?.close()
  }

  async #begin(): Promise<void> {
    this.#isAway = false
    if (this.#deps.config.smtpUrl) return
    await deleteWaitingMails(this.#deps.db, FORGOTTEN)
    await keepMails(this.#deps.db)
  }

  async #settleAndTake(ended: readonly Tried[], slots: Slots | undefined): Promise<MailRow[]> {
    const { config, clock } = this.#deps
    const free = config.smtpUrl && !this.#isAway && slots ? slots.freeOf(SERVER) : 0
    if (ended.length === 0 && free <= 0) return []
    const now = clock.iso()
    const work = async (tx: Tx) => {
      for (const one of ended) await this.#settle(tx, one, now)
      const taken: MailRow[] = []
      // One by one: what a mail gathers is not taken as well.
      while (taken.length < free) {
        const mail = await claimMail(tx, now, later(now, LEASE))
        if (!mail) break
        taken.push(await gatherDue(tx, this.#deps, mail, now))
      }
      return taken
    }
    return transact(this.#deps, work, { wakes: false })
  }

  /** Given to the server in order, without waiting for its answer to the mail before. */
  async #inOrder(mail: MailRow): Promise<{ hasAnswered: boolean; ended: Tried }> {
    const given = this.#before.then(() => this.#give(mail))
    this.#before = given.catch(() => {})
    try {
      const { sent } = await given
      await sent
      return { hasAnswered: true, ended: { mail } }
    } catch (error) {
      if (error instanceof Untried) return { hasAnswered: false, ended: { mail, error: 'untried' } }
      this.#isAway ||= !isAboutThisMail(error)
      return { hasAnswered: false, ended: { mail, error } }
    }
  }

  /** `sent` in an object, so that who waits for the giving does not wait for the sending. */
  async #give(mail: MailRow): Promise<{ sent: Promise<void> }> {
    const message = await this.#messageOf(mail)
    if (this.#isAway) throw new Untried()
    this.#smtp ??= new Smtp(this.#deps.config.smtpUrl!)
    return { sent: this.#smtp.send(message) }
  }

  async #messageOf(mail: MailRow) {
    const { config, db } = this.#deps
    const association = await findAssociation(db)
    const name = association?.name ?? 'Mainforte'
    return {
      from: { name, address: addressIn(config.mailFrom) },
      // Whoever answers reaches people, although the sender is a program.
      ...(mail.reply_email && { replyTo: { name: mail.reply_name, address: mail.reply_email } }),
      to: { name: mail.to_name, address: mail.to_email },
      subject: mail.subject,
      text: mail.body_text,
      html: mail.body_html,
      ...(mail.calendar && { attachments: [calendarFile(mail.calendar)] }),
      // A mail sent twice after a crash has the same Message-ID, so that mail programs show it once.
      messageId: `<${mail.id}@${new URL(config.publicUrl).hostname}>`,
      headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': mail.locale, ...stopHeaders(mail) },
    }
  }

  async #settle(tx: Tx, { mail, error }: Tried, now: string): Promise<void> {
    if (error === 'untried') return putMailBack(tx, mail.id)
    const isForgotten = FORGOTTEN.includes(mail.template as MailName)
    if (error === undefined) return isForgotten ? deleteMail(tx, mail.id) : markMailSent(tx, mail.id, now)
    const wait = isAboutThisMail(error) && isRefusal(error) ? undefined : waitAfter(mail.attempts, BACK_OFF)
    const final = wait === undefined
    if (final && isForgotten) return deleteMail(tx, mail.id)
    await markMailFailed(tx, mail.id, {
      state: final ? 'failed' : 'queued',
      notBefore: later(now, wait ?? 0),
      // The server's reply may contain the address.
      error: String((error as Error).message)
        .replaceAll(mail.to_email, '…')
        .slice(0, 300),
    })
    if (final) await this.#tellUndelivered(tx, mail, isNoMailbox(error), now)
    this.#deps.log.warn('a mail could not be sent', { mail: mail.id, attempt: mail.attempts, final })
  }

  async #tellUndelivered(tx: Tx, { about }: MailRow, isNobody: boolean, at: string): Promise<void> {
    const [what, subject] = (about ?? '').split(':')
    // Whoever could not be reached for another reason keeps their searches.
    if (subject && what === 'alerts' && isNobody)
      await record(tx, { type: 'alerts.undelivered', at, subject, details: {} })
    if (subject && (what === 'application' || what === 'person'))
      await record(tx, { type: 'mail.undelivered', at, subject, details: { what } })
  }
}

/** RFC 2369 and RFC 8058: the address is opened by a person, and sent a POST by a program. */
function stopHeaders({ stop_url }: MailRow): Record<string, string> {
  if (stop_url === '') return {}
  return { 'List-Unsubscribe': `<${stop_url}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }
}

export const createPost = (deps: Deps): Post => new Post(deps)

const calendarFile = (content: string) => ({
  filename: 'mainforte.ics',
  content,
  contentType: 'text/calendar; charset=utf-8',
})

/** Without the name in `Les Jardins <bonjour@jardins.example>`: the name is always the association's. */
function addressIn(sender: string): string {
  return /<([^<>]+)>\s*$/.exec(sender)?.[1] ?? sender
}

/** 5xx is permanent (RFC 5321 §4.2.1). */
function isRefusal(error: unknown): boolean {
  const code = (error as { responseCode?: number }).responseCode ?? 0
  return code >= 500 && code < 600
}

/**
 * The mailbox does not exist or is closed (RFC 3463: 5.1.x, 5.2.1; without such a code RFC 5321: 550, 551, 553). A full
 * mailbox, a refused text and a sender that is not trusted are something else.
 */
function isNoMailbox(error: unknown): boolean {
  const { command, response = '', responseCode = 0 } = error as SmtpFault
  if (command !== 'RCPT TO' || !isRefusal(error)) return false
  const detail = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1]
  return detail ? /^5\.(?:1\.|2\.1$)/.test(detail) : [550, 551, 553].includes(responseCode)
}
