// SPDX-License-Identifier: AGPL-3.0-or-later
// What is said of a waiting list: to the person who is in it, and to the team.
import type { ApplicationRow } from '../../../db/queries/applications.ts'
import type { Deps } from '../../deps.ts'
import type { Event } from '../../model/events.ts'
import { emptyForm, type Form } from '../../web/forms.ts'
import { fullName } from '../../model/person.ts'
import type { Translator } from '../../text/i18n.ts'

type Happened = Event<`application.${string}` & Event['type']>
export type Line = {
  /** 1 for the first; null once a place is held. */
  rank: number | null
  count: number
  events: readonly Happened[]
  /** Of those who came onto the list earlier and are not in it any more: got a place, or gave up. */
  before: { got: number; gaveUp: number }
}

/** The rank, and why it changed. */
export function lineOf({ taxonomies }: Pick<Deps, 'taxonomies'>, line: Line, { seats }: ApplicationRow, t: Translator) {
  const because: string[] = []
  const first = line.events.findLast((event) => event.type === 'application.put_first')
  const place = line.events.findLast((event) => event.type === 'application.place_offered')
  if (line.rank === null && place?.details.why) because.push(t(`applications.line.why.${place.details.why}`))
  if (first) {
    const reason = taxonomies.label('place_reason', first.details.reason, t.locale)
    because.push(t('applications.line.put_first', { reason }))
  } else if (line.rank !== null) because.push(...movedBecause(line, line.rank, t))
  if (seats > 1 && line.rank !== null) because.push(t('applications.line.group', { count: seats }))
  return { rank: line.rank === null ? '' : t.n('applications.line.rank', line.rank), because }
}

function movedBecause({ events, before }: Line, rank: number, t: Translator): string[] {
  const joined = events.findLast((event) => event.type === 'application.waitlisted')
  const was = joined?.details.rank ?? rank
  if (rank > was) return [t('applications.line.others_first')]
  if (rank === was) return []
  // Who left the list before this person came may have changed in another way since.
  const got = Math.min(before.got, was - rank)
  const gaveUp = Math.min(before.gaveUp, was - rank - got)
  return [
    t('applications.line.was', { rank: was }),
    ...(got > 0 ? [t.n('applications.line.got', got)] : []),
    ...(gaveUp > 0 ? [t.n('applications.line.gave_up', gaveUp)] : []),
  ]
}

type Known = { deps: Pick<Deps, 'taxonomies'>; application: ApplicationRow; t: Translator }

/** For the team. @param until when a place that is held goes to somebody else, in words. */
export function lineForTeam({ deps, application, t }: Known, line: Line | null, form: Form, until: string) {
  const { state, offer_id, id } = application
  if (!line) return null
  const name = fullName(application)
  const waits = state === 'waitlisted'
  return {
    text:
      line.rank === null
        ? t('applications.line.show_held', { name, until })
        : t('applications.line.show_rank', { name, rank: line.rank, count: line.count }),
    listHref: `/work/applications?state=line&offer=${offer_id}`,
    first: waits ? `/work/applications/${id}/first` : null,
    form: form.values.reason === undefined && Object.keys(form.errors).length === 0 ? emptyForm() : form,
    firstLabel: t('applications.line.first', { name: application.given_name }),
    firstHint: t('applications.line.first_hint', { name: application.given_name }),
    reasons: deps.taxonomies.list('place_reason').map(({ code }) => ({
      value: code,
      label: deps.taxonomies.label('place_reason', code, t.locale),
    })),
  }
}
