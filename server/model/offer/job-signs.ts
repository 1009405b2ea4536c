// SPDX-License-Identifier: AGPL-3.0-or-later
// What makes an offer look like employment (P15): more hours than volunteers give, pay, words of a contract. Signs for
// whoever writes it and whoever reads it over; they decide.
import type { OfferContent, TextMap } from './content.ts'

/** Hours a week from which volunteering looks like employment. */
const MOST_HOURS = 24
const TIMES_A_WEEK: Record<string, number> = { several_week: 3, weekly: 1, biweekly: 0.5 }

/** `words`: as they stand in the text; '' when the sign is in numbers of the offer. */
export type JobSign = { sign: 'hours' | 'pay' | 'contract'; words: string }

const PATTERNS: readonly [JobSign['sign'], RegExp][] = [
  ['hours', /(?<!\d)(?:2[5-9]|3\d|40) ?h(?:eures|ours|rs)?(?: par semaine| a week| per week| hebdo| ?\/ ?semaine)/iu],
  [
    'pay',
    /\d{1,6} ?(?:€|\$|euros?|dollars?) ?(?:\/|par|de l[’\u0027]|per|an|a) ?(?:h|heure|jour|semaine|mois|hour|day|week|month)(?!\p{L})/iu,
  ],
  [
    'pay',
    /(?<!(?:sans|non|pas|pas de|aucun|aucune|ni|not|no|without)[ -])(?<!\p{L})(?:salaires?|rémunér(?:ée?s?|ations?)|salary|wages?|paid (?:job|work|position)|minimum wage|SMIC)(?!\p{L})/iu,
  ],
  [
    'contract',
    /(?<!(?:sans|pas de|aucun|aucune|ni|not?|no|without)[ -])(?<!\p{L})(?:contrat de travail|(?:en|contrat) CD[DI]|période d[’\u0027]essai|fiches? de paie|lien de subordination|supérieure? hiérarchique|offre d[’\u0027]emploi|employment contract|probation(?:ary)? period|payslips?|line manager|job offer)(?!\p{L})/iu,
  ],
]

function hoursAWeek({ minutes_per_session, frequency }: OfferContent): number {
  return ((minutes_per_session ?? 0) / 60) * (TIMES_A_WEEK[frequency ?? ''] ?? 0)
}

export const isTooMuch = (content: OfferContent): boolean => hoursAWeek(content) > MOST_HOURS

/** Each sign once, at its first words, in whichever language they are. */
export function jobSigns(content: OfferContent): JobSign[] {
  const said = [content.title, content.summary, content.context, content.profile, content.support, content.practical]
  const texts = [...said.flatMap(valuesOf), ...Object.values(content.tasks).flat()]
  const found = new Map<JobSign['sign'], JobSign>()
  if (isTooMuch(content)) found.set('hours', { sign: 'hours', words: '' })
  for (const text of texts.map((one) => one.replaceAll(/[\u00a0\u202f]/g, ' '))) {
    for (const [sign, pattern] of PATTERNS) {
      const words = pattern.exec(text)?.[0].trim()
      if (words && !found.has(sign)) found.set(sign, { sign, words })
    }
  }
  return [...found.values()]
}

const valuesOf = (text: TextMap): string[] => Object.values(text)
