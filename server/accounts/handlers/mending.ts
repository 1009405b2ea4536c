// SPDX-License-Identifier: AGPL-3.0-or-later
import { Invalid, type FieldErrors } from '../../web/errors.ts'

/** Runs a command; fields it finds invalid come back, for the form to be shown again. Any other fault goes on. */
export async function mending<T>(
  command: () => Promise<T>,
): Promise<{ ok: true; value: T } | { ok: false; fields: FieldErrors }> {
  try {
    return { ok: true, value: await command() }
  } catch (error) {
    if (error instanceof Invalid) return { ok: false, fields: error.fields }
    throw error
  }
}
