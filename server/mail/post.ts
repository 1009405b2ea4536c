// SPDX-License-Identifier: AGPL-3.0-or-later
// Sends what waits in the queue to the SMTP server; without one, mails stay readable on the operator's page.
import nodemailer from 'nodemailer'
import { claimMails, markMailFailed, markMailSent, type MailRow } from '../../db/queries/mails.ts'
import { findAssociation } from '../../db/queries/association.ts'
import { outsideFence } from '../../db/open.ts'
import { HOUR, MINUTE, later } from '../base/clock.ts'
import type { Deps } from '../deps.ts'

/** Waits between tries: a mail is given up after about three days. */
const WAITS = [1 * MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR, 24 * HOUR]
const LEASE = 2 * MINUTE

export type Post = { drain(): Promise<void>; stop(): Promise<void> }

export function createPost(deps: Deps): Post {
  const { smtpUrl, mailFrom } = deps.config
  const transport = smtpUrl
    ? nodemailer.createTransport(smtpUrl, {
        connectionTimeout: 10_000,
        greetingTimeout: 10_000,
        socketTimeout: 20_000,
      } as object)
    : undefined
  let running: Promise<void> | undefined
  let again = false
  let stopped = false

  const send = async (mail: MailRow, from: string) => {
    try {
      await transport!.sendMail({
        from: { name: from, address: mailFrom },
        to: mail.to_name ? { name: mail.to_name, address: mail.to_email } : mail.to_email,
        subject: mail.subject,
        text: mail.body_text,
        html: mail.body_html,
        // The same mail sent twice after a crash carries the same name: mail programs show it once.
        messageId: `<${mail.id}@${new URL(deps.config.publicUrl).hostname}>`,
        headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': mail.locale },
      })
      await markMailSent(deps.db, mail.id, deps.clock.iso())
    } catch (error) {
      const wait = WAITS[mail.attempts - 1]
      const code = (error as { responseCode?: number }).responseCode ?? 0
      // 5xx from the server is final (RFC 5321 §4.2.1); anything else is tried again.
      const final = wait === undefined || (code >= 500 && code < 600)
      await markMailFailed(deps.db, mail.id, {
        state: final ? 'failed' : 'queued',
        notBefore: later(deps.clock.iso(), wait ?? 0),
        // The server's words may repeat the address.
        error: String((error as Error).message)
          .replaceAll(mail.to_email, '…')
          .slice(0, 300),
      })
      deps.log.warn('a mail could not be sent', { mail: mail.id, attempt: mail.attempts, final })
    }
  }
  const run = async () => {
    do {
      again = false
      for (;;) {
        const now = deps.clock.iso()
        const mails = await deps.db.transaction().execute((tx) => claimMails(tx, now, later(now, LEASE), 10))
        if (mails.length === 0 || stopped) break
        const from = (await findAssociation(deps.db))?.name ?? 'Mainforte'
        for (const mail of mails) await send(mail, from)
      }
    } while (again && !stopped)
  }
  const drain = () => {
    if (!transport || stopped) return Promise.resolve()
    if (running) again = true
    running ??= outsideFence(run)
      .catch((error: unknown) => deps.log.error('the mail queue stopped', { error: String(error) }))
      .finally(() => (running = undefined))
    return running
  }
  const silence = deps.bell.onRing(() => void drain())
  return {
    drain,
    async stop() {
      stopped = true
      silence()
      await running
      transport?.close()
    },
  }
}
