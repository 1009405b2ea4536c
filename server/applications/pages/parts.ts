// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Deps } from '../../deps.ts'
import type { OfferContent } from '../../model/offer/content.ts'
import type { Translator } from '../../text/i18n.ts'

type Known = Pick<Deps, 'taxonomies'>
type Offer = { id: string; content: OfferContent }

export function offerOf({ taxonomies }: Known, offer: Offer, association: string, t: Translator) {
  const { content } = offer
  const label = (list: Parameters<typeof taxonomies.label>[0], code: string | null) =>
    code ? taxonomies.label(list, code, t.locale) : ''
  const minutes = content.minutes_per_session ? t.minutes(content.minutes_per_session) : ''
  const often = label('frequency', content.frequency) || label('commitment', content.commitment)
  const when = [often, minutes].filter(Boolean).join(', ')
  const towns = [...new Set(content.places.map((place) => place.name))]
  const where =
    content.work_mode === 'remote' || towns.length === 0 ? label('work_mode', content.work_mode) : t.list(towns)
  const facts = [
    { icon: 'people', text: association },
    ...(when ? [{ icon: 'clock', text: when }] : []),
    ...(content.starts_on
      ? [{ icon: 'calendar', text: t('applications.offer.from', { day: t.date(content.starts_on, 'day') }) }]
      : []),
    ...(where ? [{ icon: content.work_mode === 'remote' ? 'home' : 'place', text: where }] : []),
  ]
  return { href: `/offers/${offer.id}`, title: t.text(content.title), facts, similar: similarTo(content) }
}

export function similarTo(content: OfferContent): string {
  const query = new URLSearchParams()
  if (content.causes[0]) query.set('cause', content.causes[0])
  const code = content.places[0]?.code
  if (code && content.work_mode !== 'remote') query.set('place', code)
  return query.size > 0 ? `/offers?${query}` : '/offers'
}

/** @param at 1 the form, 2 the mail to open, 3 waiting for the answer. */
export function stepsAt(at: 1 | 2 | 3, t: Translator) {
  const keys = ['applications.step.you', 'applications.step.confirm', 'applications.step.answer'] as const
  return keys.map((key, rank) => ({ label: t(key), done: rank + 1 < at, current: rank + 1 === at }))
}

const SAID = ['given_name', 'family_name', 'email', 'phone', 'seats', 'message'] as const
type SaidField = (typeof SAID)[number]

/** A number that stands for one person is not worth a line. */
function saidText(name: SaidField, value: unknown, t: Translator): string {
  if (name === 'seats') return Number(value) > 1 ? t.n('applications.seats', Number(value)) : ''
  return typeof value === 'string' ? value : ''
}

export function saidIn(typed: Readonly<Partial<Record<SaidField, unknown>>>, t: Translator) {
  return SAID.map((name) => ({
    label: t(`applications.label.${name}`),
    text: saidText(name, typed[name], t),
    long: name === 'message',
  })).filter(({ text }) => text !== '')
}

export const repliesIn = (replies: readonly { question: string; reply: string }[]) =>
  replies.map(({ question, reply }) => ({ label: question, text: reply, long: true }))
