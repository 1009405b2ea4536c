// SPDX-License-Identifier: AGPL-3.0-or-later
import { addDays } from '../../base/days.ts'
import type { FieldErrors } from '../../web/errors.ts'
import type { IncidentInput } from './forms.ts'

/** Years after which an incident leaves the register (Québec: Regulation respecting confidentiality incidents, s. 8). */
export const INCIDENT_YEARS = 5
/** GDPR, art. 33.1: 72 hours after one knows of it. */
const CNIL_DAYS = 3

type Days = Pick<IncidentInput, 'happened_on' | 'known_on' | 'authority_told_on' | 'people_told_on'>

/** @param today YYYY-MM-DD of the site. */
export function dayFaults(given: Days, today: string): FieldErrors {
  const { happened_on, known_on, authority_told_on, people_told_on } = given
  const faults: FieldErrors = {}
  const told = { authority_told_on, people_told_on }
  for (const [field, day] of Object.entries({ happened_on, known_on, ...told }))
    if (day && day > today) faults[field] = 'privacy.error.day_future'
  if (!faults['known_on'] && known_on < happened_on) faults['known_on'] = 'privacy.error.known_before'
  for (const [field, day] of Object.entries(told))
    if (day && !faults[field] && day < known_on) faults[field] = 'privacy.error.told_before'
  return faults
}

/**
 * The day by which the CNIL must know, at the hour at which one knew.
 * @param country 'FR' or 'CA'. @returns undefined in Québec, which has no number of days, and when it was told.
 */
export function tellUntil(incident: { known_on: string; authority_told_on: string | null }, country: string) {
  return country === 'FR' && !incident.authority_told_on ? addDays(incident.known_on, CNIL_DAYS) : undefined
}
