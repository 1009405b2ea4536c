// SPDX-License-Identifier: AGPL-3.0-or-later
// For the doctor: the mail server, the answers that arrive by mail, and our own public address.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
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

const LONG_MS = 3_600_000

/** The folder itself was looked at with the settings. */
export function answers({ mailReplies }: Config, t: Translator): Finding[] {
  if (!mailReplies) return []
  const { address, folder } = mailReplies
  const boxes = ['new', 'cur'].map((box) => join(folder, box)).filter((box) => existsSync(box))
  if (boxes.length === 0)
    return [note(t('cli.doctor.replies_empty', { folder }), t('cli.doctor.replies_empty_mend', { address }))]
  const before = Date.now() - LONG_MS
  const old = boxes.flatMap((box) =>
    readdirSync(box).filter(
      (name) => (statSync(join(box, name), { throwIfNoEntry: false })?.mtimeMs ?? before) < before,
    ),
  )
  if (old.length > 0)
    return [note(t.n('cli.doctor.replies_stuck', old.length, { folder }), t('cli.doctor.replies_stuck_mend'))]
  return [ok(t('cli.doctor.replies', { address, folder }))]
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
