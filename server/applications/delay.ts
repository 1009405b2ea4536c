// SPDX-License-Identifier: AGPL-3.0-or-later
import { listAnswerDelays } from '../../db/queries/applications.ts'
import type { Translator } from '../text/i18n.ts'
import type { Handle } from '../web/transact.ts'
import { usualDays } from '../base/usual-days.ts'

const LAST_ANSWERS = 20

/** Whole days, from the last twenty answers; undefined while there are fewer than five. */
export async function usualDelay(db: Handle): Promise<number | undefined> {
  return usualDays(await listAnswerDelays(db, LAST_ANSWERS))
}

/** « en 2 jours », or « en quelques jours » when there is no number yet. */
export function delayWords(days: number | undefined, t: Translator): string {
  return days === undefined ? t('applications.delay.unknown') : t.n('applications.delay.days', days)
}
