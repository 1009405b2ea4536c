// SPDX-License-Identifier: AGPL-3.0-or-later
import { z } from 'zod'
import type { IncidentRow } from '../../../db/queries/incidents.ts'
import { code, day, lines, optionalDay, optionalInteger, optionalLines } from '../../web/fields.ts'
import type { FormValues } from '../../web/forms.ts'

const LONG = 4000
const MOST_PEOPLE = 100_000_000

export const incidentForm = z.object({
  happened_on: day('privacy.error.happened_on'),
  known_on: day('privacy.error.known_on'),
  what: lines(LONG, 'privacy.error.what'),
  data: lines(LONG, 'privacy.error.data'),
  /** Null when nobody knows. */
  people_count: optionalInteger(0, MOST_PEOPLE, 'privacy.error.people_count'),
  is_serious: code(['yes', 'no'], 'privacy.error.is_serious'),
  seriousness: lines(LONG, 'privacy.error.seriousness'),
  measures: optionalLines(LONG),
  authority_told_on: optionalDay('privacy.error.told_on'),
  people_told_on: optionalDay('privacy.error.told_on'),
  told: optionalLines(LONG),
})
export type IncidentInput = z.output<typeof incidentForm>

/** As the form has it. */
export function incidentValues(row: IncidentRow): FormValues {
  return {
    happened_on: row.happened_on,
    known_on: row.known_on,
    what: row.what,
    data: row.data,
    people_count: row.people_count === null ? '' : String(row.people_count),
    is_serious: row.is_serious ? 'yes' : 'no',
    seriousness: row.seriousness,
    measures: row.measures,
    authority_told_on: row.authority_told_on ?? '',
    people_told_on: row.people_told_on ?? '',
    told: row.told,
    version: String(row.version),
  }
}
