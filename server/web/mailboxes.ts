// SPDX-License-Identifier: AGPL-3.0-or-later
// An address at a mail host that is probably mistyped is asked about once, and never refused for it.
import { suggestedAddress } from '../model/mail-hosts.ts'
import { typedValues, withErrors, type Parsed } from './forms.ts'

const one = (value: string | string[] | undefined) => [value ?? ''].flat()[0]!.trim()

/**
 * Reads a form with a field `email`. Its answers: `email_as`, the button with the other address, and `email_sure`, the
 * address that is right as it is. `email_was` is the one that was asked about.
 * @param known the address that is stored, which is not asked about again.
 */
export function askMailbox<T>(body: unknown, parse: (body: unknown) => Parsed<T>, known = ''): Parsed<T> {
  const typed = typedValues(body)
  // Whoever typed another address meanwhile and pressed Enter means that one.
  const chosen = one(typed.email) === one(typed.email_was) ? one(typed.email_as) : ''
  const address = chosen || one(typed.email)
  const parsed = parse(chosen ? { ...(body as object), email: chosen } : body)
  const meant = address === known || address === one(typed.email_sure) ? undefined : suggestedAddress(address)
  if (!meant) return parsed
  return {
    ok: false,
    form: withErrors(parsed.form, { email: { key: 'error.field.email_host', params: { email: meant } } }),
  }
}
