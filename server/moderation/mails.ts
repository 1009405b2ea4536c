// SPDX-License-Identifier: AGPL-3.0-or-later
import { limits } from '../../config/limits.ts'
import { firstRows } from '../../db/keyset.ts'
import { countItems, itemsList, type ItemFilter, type ItemLine } from '../../db/queries/moderation.ts'
import { listPeopleWith, type PersonRow } from '../../db/queries/people.ts'
import { DAY, later } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { enqueueSome } from '../mail/queue.ts'
import { fullName } from '../model/person.ts'
import { inCharge } from '../model/rights.ts'
import type { Locale, Translator } from '../text/i18n.ts'
import type { Tx } from '../web/transact.ts'
import { CHANGE_WITHIN } from './rules/item.ts'

/** Without moderators, administrators read the offers. */
export async function readersOf(tx: Tx): Promise<PersonRow[]> {
  return inCharge(await listPeopleWith(tx, 'moderation'), 'moderation')
}

/** Of each part of the mail; the rest is behind the link. */
const MOST_LISTED = 8

type Part = { items: ItemLine[]; count: number }
/** `changes`: of offers that are online, which have waited for a week. `all`: what has waited for a day. */
export type Waiting = { changes: Part; all: Part }

export async function readWaiting(tx: Tx, now: string): Promise<Waiting> {
  const part = async (filter: ItemFilter): Promise<Part> => ({
    items: await firstRows(itemsList(tx, filter), MOST_LISTED),
    count: await countItems(tx, filter, limits.mostCounted),
  })
  return {
    changes: await part({ shelf: 'waiting', kind: 'changed', before: later(now, -CHANGE_WITHIN) }),
    all: await part({ shelf: 'waiting', before: later(now, -DAY) }),
  }
}

/** One mail a day to each who reads over, with the oldest first. @returns `more` when others are to be written to. */
export async function tellWaitingOffers(
  tx: Tx,
  deps: Deps,
  { changes, all }: Waiting,
  { day, zone }: { day: string; zone: string },
): Promise<void | 'more'> {
  const url = `${deps.config.publicUrl}/moderation`
  const mails = (await readersOf(tx)).map((one) => {
    const t = deps.i18n.for(one.locale as Locale, zone)
    const waiting = t.n('mail.moderation.waiting.count', all.count)
    return {
      dedupe: `moderation:waiting:${day}:${one.id}`,
      to: one.email,
      name: fullName(one),
      locale: one.locale,
      template: 'moderation/waiting' as const,
      notice: { kind: 'moderation' as const, link: url, line: waiting, of: one },
      params: {
        name: one.given_name,
        waiting,
        changed: changes.count > 0 ? t.n('mail.moderation.waiting.changed', changes.count) : '',
        changes: lines(t, url, changes.items),
        items: lines(t, url, all.items),
        url,
      },
    }
  })
  return enqueueSome(tx, deps, mails)
}

const lines = (t: Translator, url: string, items: readonly ItemLine[]) =>
  items.map(({ id, title, association_name, pending_since, received_at }) => ({
    text: t('mail.moderation.waiting.line', {
      offer: title,
      association: association_name,
      date: t.date(pending_since ?? received_at, 'short'),
    }),
    href: `${url}/${id}`,
  }))
