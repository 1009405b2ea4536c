// SPDX-License-Identifier: AGPL-3.0-or-later
// For the doctor: the mail server, and our own public address.
import nodemailer from 'nodemailer'
import type { Config } from '../../config/env.ts'
import type { Translator } from '../text/i18n.ts'
import { fault, note, ok, sentence, type Finding } from './findings.ts'
import { isSetUp } from './inside.ts'

export async function mail({ smtpUrl }: Config, t: Translator): Promise<Finding> {
  if (!smtpUrl) return note(t('cli.doctor.no_mail'), t('cli.doctor.no_mail_mend'))
  const transport = nodemailer.createTransport(smtpUrl, { connectionTimeout: 8000, greetingTimeout: 8000 } as object)
  try {
    await transport.verify()
    return ok(t('cli.doctor.mail_fine'))
  } catch (error) {
    return fault(t('cli.doctor.mail_away', { why: sentence(error) }), t('cli.doctor.mail_mend'))
  } finally {
    transport.close()
  }
}

export async function site(config: Config, t: Translator): Promise<Finding> {
  try {
    const answer = await fetch(`${config.publicUrl}/readyz`, { signal: AbortSignal.timeout(8000) })
    if (!answer.ok)
      return note(
        t('cli.doctor.ready', { url: `${config.publicUrl}/readyz`, status: String(answer.status) }),
        t('cli.doctor.ready_mend'),
      )
    const found = await fetch(
      `${config.publicUrl}/.well-known/webfinger?resource=${encodeURIComponent(config.publicUrl)}`,
      { signal: AbortSignal.timeout(8000) },
    )
    if (config.federation && !found.ok && isSetUp(config))
      return note(t('cli.doctor.webfinger', { status: String(found.status) }), t('cli.doctor.webfinger_mend'))
    return ok(t('cli.doctor.site_fine'))
  } catch (error) {
    return note(t('cli.doctor.site_away', { url: config.publicUrl, why: sentence(error) }), t('cli.doctor.site_mend'))
  }
}
