// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { limits } from '../../config/limits.ts'
import { firstRows } from '../../db/keyset.ts'
import { findAffiliationWith } from '../../db/queries/affiliations.ts'
import { getAssociation } from '../../db/queries/association.ts'
import { findHeld } from '../../db/queries/held-answers.ts'
import * as queue from '../../db/queries/moderation.ts'
import { listAnnouncingSources } from '../../db/queries/sources.ts'
import { findTyped, townId, typedTown } from '../../db/queries/typed-towns.ts'
import type { Deps } from '../deps.ts'
import type { Wording } from '../public-offer/words.ts'
import { NotFound } from '../web/errors.ts'
import { emptyForm, type Form } from '../web/forms.ts'
import { param, query } from '../web/handler.ts'
import { pagerByRow, placeAsked, readPage, type Place } from '../web/rows.ts'
import { readFilter } from './forms.ts'
import * as itemPage from './pages/item.ts'
import * as pages from './pages/list.ts'

const ASIDE = 12

export const wordingOf = (deps: Deps, req: Request): Wording => ({ t: req.t, taxonomies: deps.taxonomies })
export const nowOf = (deps: Deps, req: Request): pages.Now => ({
  iso: deps.clock.iso(),
  timeZone: String(req.site['timeZone']),
})
/** @throws NotFound on an association's site, because only a centre has a queue. */
export const centreOnly = (req: Request) => {
  if (req.site.kind === 'association') throw new NotFound()
}

export async function showQueue(deps: Deps, req: Request, res: Response, form: Form, status = 200) {
  centreOnly(req)
  const filter = readFilter(query(req, 'shelf'), query(req, 'association'))
  const counts: Record<string, number> = {}
  for (const shelf of queue.SHELVES)
    counts[shelf] = await queue.countItems(deps.db, { ...filter, shelf }, limits.mostCounted)
  const page = await readPage(queue.itemsList(deps.db, filter), placeAsked(req), limits.pageLength)
  const items = page.rows
  const senders = await queue.listSenders(deps.db)
  const wording = wordingOf(deps, req)
  const several = pages.severalOf(wording, filter, page, query(req, 'ticked') === 'all')
  const model = {
    title: req.t('moderation.title'),
    form,
    shelf: filter.shelf,
    association: filter.association ?? '',
    senders: senders.map(({ uri, name }) => ({ value: uri, label: name })),
    shelves: pages.shelfOptions(req.t, counts),
    table: items.length > 0 ? pages.table(wording, items, filter, nowOf(deps, req), several?.ticked(form)) : null,
    several,
    csv: pages.addressOf(filter, {}, '/moderation.csv'),
    pager: pagerByRow(page, (to) => pages.addressOf(filter, to)),
  }
  await res.page('moderation/index', model, status)
}

type Extra = { form?: Form; completing?: Form; conflict?: string; status?: number }

export async function showItem(deps: Deps, req: Request, res: Response, extra: Extra = {}) {
  centreOnly(req)
  const item = await queue.findItemLine(deps.db, param(req, 'item'))
  if (!item) throw new NotFound()
  const member = await findAffiliationWith(deps.db, item.association_uri, 'member')
  const now = nowOf(deps, req)
  const waiting = await firstRows(queue.itemsList(deps.db, { shelf: 'waiting' }), ASIDE)
  const count = await queue.countItems(deps.db, { shelf: 'waiting' }, limits.mostCounted)
  const model = itemPage.show(wordingOf(deps, req), req.viewer, {
    item,
    places: deps.places,
    centre: await getAssociation(deps.db),
    memberSince: member?.state === 'active' ? (member.decided_at ?? member.requested_at) : null,
    affiliationId: member?.id ?? null,
    decisions: await queue.listDecisionsAbout(deps.db, item.association_uri, 5),
    counts: await queue.countDecisionsAbout(deps.db, item.association_uri),
    sources: await listAnnouncingSources(deps.db, item.offer_uri),
    towns: await typedTownsOf(deps, item),
    now,
  })
  await res.page(
    'moderation/item',
    {
      ...model,
      form: extra.form ?? emptyForm(),
      completing: extra.completing ?? emptyForm(),
      conflict: extra.conflict ?? '',
      aside: itemPage.asideOf(req.t, waiting, count, item.id, now),
      ...(await neighboursOf(deps, item)),
      undo: await undoOf(deps, req, item.id),
    },
    extra.status ?? 200,
  )
}

/** The towns of the text that is shown which are in no list, each once, with what was decided about them. */
async function typedTownsOf(deps: Deps, item: queue.ItemLine): Promise<itemPage.TownSeen[]> {
  const typed = (pages.offerOf(item)?.content.places ?? []).flatMap((place) => typedTown(place) ?? [])
  const seen = new Map<string, itemPage.TownSeen>()
  for (const town of typed) {
    const row = await findTyped(deps.db, town)
    const id = row?.id ?? townId(town)
    seen.set(id, { id, name: town.name, code: row?.code ?? null })
  }
  return [...seen.values()]
}

/** The button beside the message of an answer; none where answers leave at once. */
export function undoButton({ config }: Deps, req: Request, batch: string) {
  if (config.undoSeconds === 0) return undefined
  return { action: '/moderation/undo', value: batch, label: req.t('moderation.undo.button') }
}

/** The button that undoes the answer which the viewer has just given about this item. */
async function undoOf(deps: Deps, req: Request, id: string) {
  const held = await findHeld(deps.db, id)
  if (!held || held.person_id !== req.viewer.personId || held.until <= deps.clock.iso()) return null
  return { text: req.t('moderation.undo.text', { time: req.t.date(held.until, 'time') }), batch: held.batch }
}

/** Where « the next one » and « the one before » lead; '' where there is none. */
async function neighboursOf(deps: Deps, item: queue.ItemLine): Promise<{ next: string; previous: string }> {
  const waiting = queue.itemsList(deps.db, { shelf: 'waiting' })
  const isInLine = (await waiting.find(item.id)) !== undefined
  const at = async (place: Place) => (isInLine ? (await readPage(waiting, place, 1)).rows[0]?.id : undefined)
  const [first] = await firstRows(waiting, 1)
  // The last one leads to the first again, as long as there is another.
  const [after, before] = [await at({ after: item.id }), await at({ before: item.id })]
  const next = after ?? first?.id
  const isFirst = first?.id === item.id
  return {
    next: next && next !== item.id ? `/moderation/${next}#offer` : '/moderation',
    previous: before && !isFirst ? `/moderation/${before}#offer` : '',
  }
}

/** Keeps what was typed. With 409, a sentence says who decided first or that the text changed. */
export async function showAgain(deps: Deps, req: Request, res: Response, status: 422 | 409, forms: Extra) {
  const item = status === 409 ? await queue.findItemLine(deps.db, param(req, 'item')) : undefined
  await showItem(deps, req, res, { ...forms, conflict: item ? conflictText(req, item) : '', status })
}

function conflictText(req: Request, item: queue.ItemLine): string {
  if (item.state === 'in_review') return req.t('moderation.conflict.taken', { name: item.taker })
  if (item.state === 'pending' || item.state === 'withdrawn') return req.t(`moderation.conflict.${item.state}`)
  const by = { name: item.decider, state: pages.stateOf(req.t, item).label }
  return req.t(
    item.decided_by === req.viewer.personId ? 'moderation.conflict.by_you' : 'moderation.conflict.decided',
    by,
  )
}
