// SPDX-License-Identifier: AGPL-3.0-or-later
// For the doctor: the mail server, and our own public address.
import nodemailer from 'nodemailer'
import type { Config } from '../../config/env.ts'
import { fault, note, ok, sentence, type Finding } from './findings.ts'
import { isSetUp } from './inside.ts'

export async function mail({ smtpUrl }: Config): Promise<Finding> {
  if (!smtpUrl)
    return note('no mail server', 'set SMTP_URL and MAIL_FROM; until then mails are only shown at /operator/mails')
  const transport = nodemailer.createTransport(smtpUrl, { connectionTimeout: 8000, greetingTimeout: 8000 } as object)
  try {
    await transport.verify()
    return ok('the mail server answers')
  } catch (error) {
    return fault(
      `the mail server does not answer: ${sentence(error)}`,
      'check SMTP_URL, and that this machine may reach it',
    )
  } finally {
    transport.close()
  }
}

export async function site(config: Config): Promise<Finding> {
  try {
    const answer = await fetch(`${config.publicUrl}/readyz`, { signal: AbortSignal.timeout(8000) })
    if (!answer.ok)
      return note(`${config.publicUrl}/readyz answers ${answer.status}`, 'is the server running, and is the proxy set?')
    const found = await fetch(
      `${config.publicUrl}/.well-known/webfinger?resource=${encodeURIComponent(config.publicUrl)}`,
      { signal: AbortSignal.timeout(8000) },
    )
    if (config.federation && !found.ok && isSetUp(config))
      return note(`partners cannot find us (webfinger answers ${found.status})`, 'the proxy must pass /.well-known on')
    return ok('the server answers at its public address')
  } catch (error) {
    const mend = 'start the server; check the name (DNS), the certificate and the proxy'
    return note(`${config.publicUrl} does not answer from here: ${sentence(error)}`, mend)
  }
}
