// SPDX-License-Identifier: AGPL-3.0-or-later
import { Conflict, Invalid } from './errors.ts'
import { withErrors, type Form } from './forms.ts'

/** `form` is the one to show again: as typed, each fault tied to its field, a conflict to the form as a whole (`_`). */
export type Outcome<T> = { ok: true; value: T } | { ok: false; form: Form; status: 422 | 409 }

/**
 * Runs the command of a form. This is the one answer to « a field is invalid, show the form again » (422); any other
 * fault is thrown on.
 * @param form what was typed.
 * @param also.conflict for forms that are shown again, too, when somebody changed the thing meanwhile (409).
 */
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
