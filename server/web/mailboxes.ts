// SPDX-License-Identifier: AGPL-3.0-or-later
// An address at a mail host that is probably mistyped is asked about once, and never refused for it.
import { suggestedAddress } from '../model/mail-hosts.ts'
import type { FieldErrors } from './errors.ts'
import { typedValues, withErrors, type Parsed } from './forms.ts'

const one = (value: string | string[] | undefined) => [value ?? ''].flat()[0]!.trim()

/**
 * Reads a form with a field `email`. Its answers: `email_as`, the button with the other address, and `email_sure`, the
 * address that is right as it is. `email_was` is the one that was asked about.
 * @param known the address that is stored, which is not asked about again.
 */
export const askMailbox = <T>(body: unknown, parse: (body: unknown) => Parsed<T>, known = ''): Parsed<T> =>
  askMailboxes(body, parse, { email: known })

/** As askMailbox. @param known by name of the field, what is stored of each address: `{ contact_email: '' }`. */
export function askMailboxes<T>(
  body: unknown,
  parse: (body: unknown) => Parsed<T>,
  known: Readonly<Record<string, string>>,
): Parsed<T> {
  const typed = typedValues(body)
  const chosen: Record<string, string> = {}
  const faults: FieldErrors = {}
  for (const [field, stored] of Object.entries(known)) {
    // Whoever typed another address meanwhile and pressed Enter means that one.
    const taken = one(typed[field]) === one(typed[`${field}_was`]) ? one(typed[`${field}_as`]) : ''
    const address = taken || one(typed[field])
    if (taken) chosen[field] = taken
    const isRight = address === stored || address === one(typed[`${field}_sure`])
    const meant = isRight ? undefined : suggestedAddress(address)
    if (meant) faults[field] = { key: 'error.field.email_host', params: { email: meant } }
  }
  const parsed = parse({ ...(body as object), ...chosen })
  return Object.keys(faults).length > 0 ? { ok: false, form: withErrors(parsed.form, faults) } : parsed
}
