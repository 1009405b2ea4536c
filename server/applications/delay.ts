// SPDX-License-Identifier: AGPL-3.0-or-later
import { listAnswerDelays, listWaitingSince } from '../../db/queries/applications.ts'
import { DAY, later } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import type { Translator } from '../text/i18n.ts'
import type { Handle } from '../web/transact.ts'
import { usualDays } from '../base/usual-days.ts'

const LAST_ANSWERS = 20
/** Of the page about the association. */
const LAST_ASKED = 100
const SOON = 14 * DAY

/** Whole days, from the last twenty answers; undefined while there are fewer than five. */
export async function usualDelay(db: Handle): Promise<number | undefined> {
  return usualDays(await listAnswerDelays(db, LAST_ANSWERS))
}

/** « en 2 jours », or « en quelques jours » when there is no number yet. */
export function delayWords(days: number | undefined, t: Translator): string {
  return days === undefined ? t('applications.delay.unknown') : t.n('applications.delay.days', days)
}

/**
 * What everybody may read about how soon people are answered; null while there are fewer than five answers. The share
 * is said where it is nine in ten or more: a figure that shames a small team helps nobody.
 */
export async function answersShown({ db, clock }: Pick<Deps, 'db' | 'clock'>, t: Translator) {
  const days = await usualDelay(db)
  if (days === undefined) return null
  const delays = await listAnswerDelays(db, LAST_ASKED)
  // Who still waits after that time was not answered within it.
  const late = await listWaitingSince(db, later(clock.iso(), -SOON), { limit: LAST_ASKED })
  const within = delays.filter((delay) => delay <= SOON).length
  const all = delays.length + late.length
  return {
    usual: t('applications.answers.usual', { delay: delayWords(days, t) }),
    share: within >= 0.9 * all ? t('applications.answers.share', { within, all }) : '',
  }
}
