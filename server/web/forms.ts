// SPDX-License-Identifier: AGPL-3.0-or-later
import type { z } from 'zod'
import type { FieldErrors, FieldFault } from './errors.ts'
import type { Translator } from '../text/i18n.ts'
import type { MessageKey } from '../text/message-keys.ts'

export type FormValues = Record<string, string | string[]>
export type Form = { values: FormValues; errors: FieldErrors }
export type Parsed<T> = { ok: true; value: T; form: Form } | { ok: false; form: Form }

/** Unknown shapes (`a[b]=`) are dropped. */
export function typedValues(body: unknown): FormValues {
  const values: FormValues = {}
  for (const [key, value] of Object.entries((body ?? {}) as Record<string, unknown>)) {
    // `constructor` and other names that every object has are not fields.
    if (key in values) continue
    if (typeof value === 'string') values[key] = value
    else if (Array.isArray(value)) values[key] = value.filter((item): item is string => typeof item === 'string')
  }
  return values
}

/** For a choice among rows. */
export const namedOptions = (rows: readonly { id: string; name: string }[]) =>
  rows.map(({ id, name }) => ({ value: id, label: name }))

export function emptyForm(values: FormValues = {}): Form {
  return { values, errors: {} }
}

/** A fault in words, where no field stands beside it. */
export const faultText = (t: Translator, fault: FieldFault): string =>
  typeof fault === 'string' ? t(fault) : t(fault.key, fault.params)

/** For a command that threw Invalid. */
export function withErrors(form: Form, errors: FieldErrors): Form {
  return { values: form.values, errors: { ...form.errors, ...errors } }
}

/**
 * @param schema its messages are text keys; unknown fields are ignored, so that a forged field changes nothing.
 * @returns `form` holds what was typed in both cases, with the first fault of each field; a fault in a list belongs to
 * the list.
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
