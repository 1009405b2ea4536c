// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Commitment } from '../../../db/queries/history.ts'
import type { Deps } from '../../deps.ts'
import { lastEventDay } from '../../model/offer/event-days.ts'
import { whenText } from '../../public-offer/words.ts'
import type { Translator } from '../../text/i18n.ts'
import { pathOf, tokenOf } from '../link.ts'
import { ENDED } from '../../model/application.ts'
import { step } from '../rules.ts'
import { testimonialPath, testimonialTokenOf } from '../testimonial.ts'
import { LEAVE, stateOf } from './status.ts'

export const MOST_SHOWN = 50
type View = { deps: Deps; t: Translator; today: string }

/** What is to come, by its day; then what is over. */
export function commitmentsOf({ deps, t, today }: View, rows: readonly Commitment[]) {
  const line = (row: Commitment) => {
    const path = pathOf(tokenOf(deps, row.id))
    return {
      title: t.text(row.content.title),
      when: whenText({ t, taxonomies: deps.taxonomies }, row.content),
      state: stateOf(row.state, t),
      href: path,
      leaveHref: step(row.state, 'withdraw').ok ? `${path}/withdrawal` : '',
      sayHref: row.may_say === 1 ? testimonialPath(testimonialTokenOf(deps, row.id)) : '',
      leave: t(LEAVE[row.state] ?? 'applications.status.withdraw'),
    }
  }
  const shown = rows.slice(0, MOST_SHOWN)
  const dayOf = ({ content }: Commitment) => content.starts_on ?? '9999'
  return {
    next: shown
      .filter((row) => !isOver(row, today))
      .toSorted((a, b) => (dayOf(a) < dayOf(b) ? -1 : 1))
      .map(line),
    past: shown.filter((row) => isOver(row, today)).map((row) => ({ ...line(row), leaveHref: '' })),
    more: rows.length > MOST_SHOWN ? t('applications.mine.more', { count: MOST_SHOWN }) : '',
  }
}

/** @param today YYYY-MM-DD where the association is. */
export function isOver({ state, offer_state, content }: Commitment, today: string): boolean {
  const last = lastEventDay(content)
  return ENDED.includes(state) || ['cancelled', 'archived'].includes(offer_state) || (last !== null && last < today)
}
