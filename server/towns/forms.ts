// SPDX-License-Identifier: AGPL-3.0-or-later
import { z } from 'zod'
import type { MessageKey } from '../text/message-keys.ts'
import { optionalText, text } from '../web/fields.ts'

const version = z.coerce.number('error.field.unclear').int('error.field.unclear')
/** The item on whose page the town was met; '' from the list. */
const item = optionalText(60)

/** Degrees, with a comma or a point; null when it is empty. */
function degrees(most: number) {
  const wrong: MessageKey = 'towns.error.position'
  return z.preprocess((value) => {
    const typed = String((Array.isArray(value) ? value[0] : value) ?? '')
      .trim()
      .replace(',', '.')
    return typed === '' ? null : /^-?\d{1,3}(?:\.\d{1,12})?$/.test(typed) ? Number(typed) : Number.NaN
  }, z.number(wrong).min(-most, wrong).max(most, wrong).nullable())
}

/** `answer`: the code of a place that was suggested, `other` for one that is typed, `own` for a place of its own. */
export const townForm = z
  .object({
    version,
    item,
    answer: text(60, 'towns.error.answer'),
    other: optionalText(120),
    near: optionalText(120),
    latitude: degrees(90),
    longitude: degrees(180),
  })
  .superRefine(({ answer, other, near, latitude, longitude }, context) => {
    const fault = (path: string, message: MessageKey) => context.addIssue({ code: 'custom', path: [path], message })
    if (answer === 'other' && other === '') fault('other', 'towns.error.other_missing')
    if (answer === 'own' && near === '') fault('near', 'towns.error.near')
    if (answer === 'own' && (latitude === null) !== (longitude === null))
      fault(latitude === null ? 'latitude' : 'longitude', 'towns.error.position_half')
  })
export type TownAnswer = z.output<typeof townForm>

export const reopenForm = z.object({ version, item })
