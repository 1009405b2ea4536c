// SPDX-License-Identifier: AGPL-3.0-or-later
import { Conflict, Invalid } from './errors.ts'
import { withErrors, type Form } from './forms.ts'

/** `form` is shown again as typed, each fault at its field; a conflict belongs to the whole form (`_`). */
export type Outcome<T> = { ok: true; value: T } | { ok: false; form: Form; status: 422 | 409 }

/** @throws every error but Invalid. @param also.conflict the form is shown again after Conflict too (409). */
export async function runCommand<T>(
  form: Form,
  command: () => Promise<T>,
  also: { conflict?: boolean } = {},
): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await command() }
  } catch (error) {
    if (error instanceof Invalid) return { ok: false, form: withErrors(form, error.fields), status: 422 }
    if (!also.conflict || !(error instanceof Conflict)) throw error
    return { ok: false, form: withErrors(form, { _: error.key }), status: 409 }
  }
}
