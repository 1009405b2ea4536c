// SPDX-License-Identifier: AGPL-3.0-or-later
// Turns what was typed into a typed value, or into the same form with each fault tied to its field.
import type { z } from 'zod'
import type { FieldErrors } from './errors.ts'
import type { MessageKey } from '../text/message-keys.ts'

export type FormValues = Record<string, string | string[]>
export type Form = { values: FormValues; errors: FieldErrors }
export type Parsed<T> = { ok: true; value: T; form: Form } | { ok: false; form: Form }

/** What was typed, as texts; unknown shapes (`a[b]=`) are dropped. */
export function typedValues(body: unknown): FormValues {
  const values: FormValues = {}
  for (const [key, value] of Object.entries((body ?? {}) as Record<string, unknown>)) {
    // `constructor` and its like are names that every object has, and no field of ours.
    if (key in values) continue
    if (typeof value === 'string') values[key] = value
    else if (Array.isArray(value)) values[key] = value.filter((item): item is string => typeof item === 'string')
  }
  return values
}

export function emptyForm(values: FormValues = {}): Form {
  return { values, errors: {} }
}

/** The form with faults added, for a command that threw Invalid. */
export function withErrors(form: Form, errors: FieldErrors): Form {
  return { values: form.values, errors: { ...form.errors, ...errors } }
}

/**
 * @param schema its messages are message keys; unknown fields are ignored, so a forged field changes nothing.
 * @returns `form` holds what was typed either way; only the first fault of a field is kept. A fault inside a list is
 * tied to the list.
 */
export function parseForm<S extends z.ZodType>(schema: S, body: unknown): Parsed<z.output<S>> {
  const values = typedValues(body)
  const result = schema.safeParse(values)
  if (result.success) return { ok: true, value: result.data, form: emptyForm(values) }
  const errors: FieldErrors = {}
  for (const issue of result.error.issues) {
    const field = String(issue.path[0] ?? '_')
    const isKey = /^[a-z]+\.[a-z0-9_.]+$/.test(issue.message)
    errors[field] ??= (isKey ? issue.message : 'error.field.unclear') as MessageKey
  }
  return { ok: false, form: { values, errors } }
}
