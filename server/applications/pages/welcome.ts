// SPDX-License-Identifier: AGPL-3.0-or-later
import type { WelcomeTick } from '../../../db/queries/welcome.ts'
import type { ApplicationState } from '../../model/application.ts'
import type { Translator } from '../../text/i18n.ts'
import { isWelcomed, itemsOf, mayUntick } from '../rules.ts'

/** `list`: one item a line; `names`: of people of the team, by id. */
export type Welcome = { list: string; ticks: readonly WelcomeTick[]; names: ReadonlyMap<string, string> }

/**
 * What is ticked stays in sight when the association takes it off its list.
 * @param side whose page it is. @returns null when there is nothing to show.
 */
export function welcomeOf(
  { list, ticks, names }: Welcome,
  state: ApplicationState,
  { side, action, t }: { side: 'person' | 'team'; action: string; t: Translator },
) {
  if (!isWelcomed(state)) return null
  const byItem = new Map(ticks.map((one) => [one.item, one]))
  const items = [...new Set([...itemsOf(list), ...byItem.keys()])]
  if (items.length === 0) return null
  const done = items.filter((item) => byItem.has(item)).length
  return {
    action,
    lead: t(`applications.welcome.lead.${side}`),
    sum: t('applications.welcome.sum', { done, all: items.length }),
    items: items.map((text) => {
      const tick = byItem.get(text)
      if (!tick) return { text, isDone: false, canUndo: false, by: '' }
      return { text, isDone: true, canUndo: mayUntick(side).includes(tick.side), by: whoTicked(tick, names, side, t) }
    }),
  }
}

function whoTicked(
  { side: by, ticked_by, ticked_at }: WelcomeTick,
  names: Welcome['names'],
  side: string,
  t: Translator,
): string {
  const day = t.date(ticked_at, 'short')
  // Null when the colleague is erased.
  const name = ticked_by === null ? undefined : names.get(ticked_by)
  if (by === 'person')
    return t(side === 'person' ? 'applications.welcome.by_you' : 'applications.welcome.by_person', { day })
  return side === 'team' && name
    ? t('applications.welcome.by_name', { day, name })
    : t('applications.welcome.by_team', { day })
}
