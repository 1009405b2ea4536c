// SPDX-License-Identifier: AGPL-3.0-or-later
import { listParkedEvents, readBacklog, type Backlog, type ParkedEvent } from '../../../db/queries/event-consumers.ts'
import { MINUTE } from '../../base/clock.ts'
import { runningConsumers } from '../../consumers.ts'
import type { Deps } from '../../deps.ts'
import type { Translator } from '../../text/i18n.ts'
import type { Mark } from '../rules.ts'

const MOST_SHOWN = 100
const LONG = 5 * MINUTE

export type EventFacts = { backlogs: Backlog[]; parked: ParkedEvent[] }

export async function readEventFacts({ db, config }: Pick<Deps, 'db' | 'config'>): Promise<EventFacts> {
  const backlogs: Backlog[] = []
  for (const name of runningConsumers(config)) backlogs.push(await readBacklog(db, name))
  return { backlogs, parked: await listParkedEvents(db, MOST_SHOWN) }
}

/** @param now ISO instant. */
export function eventLines(t: Translator, { backlogs }: EventFacts, now: string) {
  return backlogs.map(({ consumer, waiting, since, parked }) => {
    const isLate = since !== null && Date.parse(now) - Date.parse(since) > LONG
    const mark: Mark = parked > 0 ? 'stop' : isLate ? 'wait' : 'ok'
    const texts = [
      waiting > 0 ? t.n('operator.events.waiting', waiting) : '',
      isLate ? t('operator.events.since', { at: t.date(since, 'datetime') }) : '',
      parked > 0 ? t.n('operator.events.parked', parked) : '',
    ].filter(Boolean)
    const what = t.code('operator.events.consumer', consumer)
    return { what, mark, text: texts.join(' ') || t('operator.nothing_waits') }
  })
}

export function parkedSection(t: Translator, { backlogs, parked }: EventFacts) {
  if (parked.length === 0) return null
  const count = backlogs.reduce((sum, one) => sum + one.parked, 0)
  return {
    more: count > parked.length ? t('operator.events.more', { shown: parked.length, count }) : '',
    hasSeveral: parked.length > 1,
    lines: parked.map((one) => parkedLine(t, one)),
  }
}

function parkedLine(t: Translator, { consumer, seq, type, at, fault, attempts, parked_at }: ParkedEvent) {
  const domain = type ? t.code('operator.events.domain', type.split('.')[0]!) : t('operator.events.forgotten')
  const [, detail] = /^unreadable (.*)$/s.exec(fault) ?? []
  const reason =
    detail === undefined
      ? t('operator.events.fault', { detail: fault })
      : t('operator.events.unreadable', { detail: t.code('operator.events.unreadable', detail.split(' ')[0]!) })
  return {
    path: `/operator/events/${consumer}/${seq}`,
    what: type ? `${domain} (${type})` : domain,
    consumer: t.code('operator.events.consumer', consumer),
    at: t.date(at ?? parked_at, 'datetime'),
    reason: `${reason} ${t.n('operator.events.tries', attempts)}`,
    say: t('operator.events.say', { what: domain, number: String(seq) }),
  }
}

/** The question before an event is given up for good. */
export function giveUpPage(t: Translator, event: ParkedEvent) {
  const { path, what, at, reason } = parkedLine(t, event)
  return {
    title: t('operator.events.give_up_title'),
    text: t('operator.events.give_up_text', { what, at, reason }),
    button: t('operator.events.give_up'),
    action: `${path}/removal`,
    back: '/operator',
  }
}
