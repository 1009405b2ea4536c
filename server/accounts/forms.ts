// SPDX-License-Identifier: AGPL-3.0-or-later
import { z } from 'zod'
import { NOTICE_CHOICES, type NoticeKind } from '../model/notice-choices.ts'
import { isTelephone } from '../model/telephone.ts'
import { code, email, optionalText, personName, text, tick } from '../web/fields.ts'
import { LOCALES } from '../text/i18n.ts'
import type { MessageKey } from '../text/message-keys.ts'
import { isHandle } from './rules.ts'

/** Spaces are kept. The rules for new passwords are in password-rules.ts. */
function secret(missing: MessageKey) {
  return z.string(missing).min(1, missing).max(1000, 'accounts.error.password_long')
}

const newPassword = secret('accounts.error.new_password_missing')
const login = text(254, 'accounts.error.login_missing')
const givenName = personName('accounts.error.given_name_missing')
const familyName = personName('accounts.error.family_name_missing')

export const phone = optionalText(30).pipe(
  z.string().refine((value) => value === '' || isTelephone(value), 'accounts.error.phone'),
)
export const locale = code(LOCALES, 'accounts.error.locale_missing')

export const signInForm = z.object({ login, password: secret('accounts.error.password_missing') })
export const loginForm = z.object({ login })
export const whoForm = z.object({ person: text(60, 'accounts.error.who_missing') })
export const codeForm = z.object({ code: text(40, 'accounts.error.code_missing') })
export const passwordForm = z.object({ password: newPassword })
export const welcomeForm = z.object({
  way: code(['password', 'link'], 'accounts.error.way_missing'),
  password: z.string().max(1000, 'accounts.error.password_long').optional(),
})
export const changePasswordForm = z.object({
  current: secret('accounts.error.password_missing'),
  password: newPassword,
})
export const ownerForm = z.object({ password: secret('accounts.error.password_missing') })
export const ownerCodeForm = ownerForm.extend({ code: text(40, 'accounts.error.code_missing') })
export const profileForm = z.object({ given_name: givenName, family_name: familyName, phone, locale })
export const emailForm = z.object({
  email: email('accounts.error.email_missing'),
  password: z.string().max(1000, 'accounts.error.password_long').optional(),
})

/** @param kinds those the person gets. */
export const noticesForm = (kinds: readonly NoticeKind[]) =>
  z.object(Object.fromEntries(kinds.map((kind) => [kind, code(NOTICE_CHOICES, 'accounts.error.notices_missing')])))

export const setUpForm = z.object({
  kind: code(['association', 'centre', 'both'], 'accounts.error.kind_missing'),
  name: text(120, 'accounts.error.name_missing').pipe(z.string().min(2, 'accounts.error.name_missing')),
  handle: optionalText(40)
    .transform((value) => value.toLowerCase().replace(/^@/, ''))
    .pipe(z.string().refine((value) => value === '' || isHandle(value), 'accounts.error.handle')),
  country: code(['FR', 'CA'], 'accounts.error.country_missing'),
  place: text(120, 'accounts.error.place_missing'),
  place_code: optionalText(20),
  locale,
  given_name: givenName,
  family_name: familyName,
  email: email('accounts.error.email_missing'),
  publish: tick,
  password: newPassword,
})
