// SPDX-License-Identifier: AGPL-3.0-or-later
// People have one name or several. Whoever leaves one of the two fields empty is asked once whether that is meant.
import type { z } from 'zod'
import { optionalText, tick } from './fields.ts'
import { parseForm, typedValues, type Parsed } from './forms.ts'

/**
 * As parseForm, for a form with `given_name` and `family_name`. With `one_name` ticked, one of them is enough: it is
 * then the given name, by which mails greet, and the family name is ''.
 */
export function parseNamed<S extends z.ZodObject>(schema: S, body: unknown): Parsed<z.output<S>> {
  const { one_name, given_name, family_name } = typedValues(body)
  const typed = [given_name, family_name].map((name) => String([name ?? ''].flat()[0] ?? '').trim())
  const isAlone = tick.parse(one_name) && typed.filter((name) => name !== '').length === 1
  if (!isAlone) return parseForm(schema, body)
  const names = { ...(body as object), given_name: typed.join(''), family_name: '' }
  return parseForm(schema.extend({ family_name: optionalText(80) }), names) as Parsed<z.output<S>>
}

/** What a form shows of somebody's names: the box is ticked for whoever has one. */
export function namesOf(person: { given_name: string; family_name: string }): Record<string, string> {
  const { given_name, family_name } = person
  return { given_name, family_name, ...(family_name === '' && given_name !== '' && { one_name: 'on' }) }
}
