// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { limits } from '../../config/limits.ts'
import { firstRows } from '../../db/keyset.ts'
import { findAffiliationWith } from '../../db/queries/affiliations.ts'
import { getAssociation } from '../../db/queries/association.ts'
import { listAlike, type Alike } from '../../db/queries/likeness.ts'
import { findHeld } from '../../db/queries/held-answers.ts'
import { lastEvent } from '../../db/queries/events.ts'
import * as queue from '../../db/queries/moderation.ts'
import { listMessages } from '../../db/queries/offer-messages.ts'
import { listAnnouncingSources } from '../../db/queries/sources.ts'
import { listNotes } from '../../db/queries/team-notes.ts'
import { findTyped, townId, typedTown } from '../../db/queries/typed-towns.ts'
import { usualDays } from '../base/usual-days.ts'
import type { Deps } from '../deps.ts'
import type { KeptSenders } from '../memory.ts'
import { picturesOf } from '../public-offer/pictures.ts'
import type { Wording } from '../public-offer/words.ts'
import { onlyCentres } from '../web/access.ts'
import { NotFound } from '../web/errors.ts'
import { emptyForm, type Form } from '../web/forms.ts'
import { param, query } from '../web/handler.ts'
import { pagerByRow, placeAsked, readPage, type Place } from '../web/rows.ts'
import { readSearch } from '../web/searches.ts'
import { queueQuery, type QueueAsked } from './forms.ts'
import { isWaiting } from './rules/item.ts'
import { likenessKeys } from './rules/likeness.ts'
import * as itemPage from './pages/item.ts'
import * as pages from './pages/list.ts'

const ASIDE = 12
const LAST_ANSWERS = 40
const MESSAGES = 30
const ALIKE = 3
const NOTES = 20

export const wordingOf = (deps: Deps, req: Request): Wording => ({ t: req.t, taxonomies: deps.taxonomies })
export const nowOf = (deps: Deps, req: Request): pages.Now => ({
  iso: deps.clock.iso(),
  timeZone: String(req.site['timeZone']),
})

/** The list that the address of this request names. */
export function askedOf(req: Request): QueueAsked {
  return { ...queueQuery.parse(req.query), search: readSearch(req, 'moderation') }
}

/** Whole days in which this centre usually answers; undefined while there are few answers. */
const usualDelay = async ({ db }: Deps) => usualDays(await queue.listAnswerDelays(db, LAST_ANSWERS))

export async function readFilter(deps: Deps, req: Request, asked: QueueAsked) {
  const usual = await usualDelay(deps)
  const filter = pages.filterOf(asked, { personId: req.viewer.personId ?? '', now: deps.clock.iso(), usual })
  return { usual, filter }
}

/** Read again after an event, which each offer that arrives is; a change of name alone shows with the next event. */
async function readSenders(deps: Deps): Promise<KeptSenders['list']> {
  const seq = (await lastEvent(deps.db))?.seq ?? 0
  if (deps.memory.senders?.seq !== seq) deps.memory.senders = { seq, list: await queue.listSenders(deps.db) }
  return deps.memory.senders.list
}

type Shown = { form: Form; filtering?: Form; asked?: QueueAsked; status?: number }

export async function showQueue(deps: Deps, req: Request, res: Response, shown: Shown) {
  const { form, filtering, asked = askedOf(req), status = 200 } = shown
  onlyCentres(req)
  const { usual, filter } = await readFilter(deps, req, asked)
  const counts: Record<string, number> = {}
  // Each count of what is looked for goes through a whole shelf.
  for (const shelf of pages.isNarrowed(asked) ? [asked.shelf] : queue.SHELVES)
    counts[shelf] = await queue.countItems(deps.db, { ...filter, shelf }, limits.mostCounted)
  const late = usual && pages.filterOf(lateOf(asked), { personId: '', now: deps.clock.iso(), usual })
  const lateCount = late ? await queue.countItems(deps.db, late, limits.mostCounted) : 0
  const page = await readPage(queue.itemsList(deps.db, filter), placeAsked(req), limits.pageLength)
  const items = page.rows
  const senders = await readSenders(deps)
  const wording = wordingOf(deps, req)
  const now = nowOf(deps, req)
  const several = pages.severalOf(wording, asked, page, query(req, 'ticked') === 'all')
  const model = {
    title: req.t('moderation.title'),
    form,
    shelf: asked.shelf,
    association: asked.association,
    search: asked.search,
    filter: pages.filterForm(wording, asked, usual, filtering),
    usual: pages.usualOf(req.t, usual, lateCount),
    isNarrowed: pages.isNarrowed(asked) || asked.association !== '',
    senders: senders.map(({ uri, name }) => ({ value: uri, label: name })),
    shelves: pages.shelfOptions(req.t, counts),
    table: items.length > 0 ? pages.table(wording, items, { asked, usual, now, ticked: several?.ticked(form) }) : null,
    several,
    csv: pages.addressOf(asked, {}, '/moderation.csv'),
    pager: pagerByRow(page, (to) => pages.addressOf(asked, to)),
  }
  await res.page('moderation/index', model, status)
}

/** All that has waited longer than usual. */
const lateOf = (asked: QueueAsked): QueueAsked => ({
  ...queueQuery.parse({ waits: 'late' }),
  search: { ...asked.search, words: '' },
})

type Extra = { form?: Form; completing?: Form; noting?: Form; trusting?: Form; conflict?: string; status?: number }

export async function showItem(deps: Deps, req: Request, res: Response, extra: Extra = {}) {
  onlyCentres(req)
  const item = await queue.findItemLine(deps.db, param(req, 'item'))
  if (!item) throw new NotFound()
  const member = await findAffiliationWith(deps.db, item.association_uri, 'member')
  const now = nowOf(deps, req)
  const asked = askedOf(req)
  const { usual, filter } = await readFilter(deps, req, asked)
  const line = { ...filter, shelf: 'waiting' } as const
  const waiting = await firstRows(queue.itemsList(deps.db, line), ASIDE)
  const count = await queue.countItems(deps.db, line, limits.mostCounted)
  const alike = await alikeOf(deps, item)
  const model = itemPage.show(wordingOf(deps, req), req.viewer, {
    item,
    places: deps.places,
    centre: await getAssociation(deps.db),
    memberSince: member?.state === 'active' ? (member.decided_at ?? member.requested_at) : null,
    member,
    notes: await listNotes(deps.db, { association: item.association_uri, item: item.id }, NOTES),
    decisions: await queue.listDecisionsAbout(deps.db, item.association_uri, 5),
    counts: await queue.countDecisionsAbout(deps.db, item.association_uri),
    sources: await listAnnouncingSources(deps.db, item.offer_uri),
    towns: await typedTownsOf(deps, item),
    usual,
    alike,
    messages: await listMessages(deps.db, { offer_uri: item.offer_uri, partner_uri: item.association_uri }, MESSAGES),
    now,
  })
  await res.page(
    'moderation/item',
    {
      ...model,
      form: extra.form ?? duplicateForm(req, alike),
      completing: extra.completing ?? emptyForm(),
      noting: extra.noting ?? emptyForm({ form_id: deps.newId() }),
      trusting: extra.trusting ?? emptyForm(),
      conflict: extra.conflict ?? '',
      aside: itemPage.asideOf(req.t, { waiting, count, currentId: item.id, asked, now }),
      inList: pages.listQuery(asked),
      ...(await neighboursOf(deps, item, { asked, line })),
      undo: await undoOf(deps, req, item.id),
      pictures: await picturesSeen(deps, req, item),
    },
    extra.status ?? 200,
  )
}

/** Those of the text that is read, in our copies; `missing`: how many copies have not come yet. */
async function picturesSeen(deps: Deps, req: Request, item: queue.ItemLine) {
  const content = pages.offerOf(item)?.content
  if (!content) return { all: [], missing: 0 }
  const all = await picturesOf(deps.db, deps, req.t, { uri: item.offer_uri, ...content })
  const before = (item.accepted_offer ?? item.answered_offer)?.content.pictures
  const isNew = (url: string) => before !== undefined && before.every((picture) => picture.url !== url)
  return {
    all: all.map((picture) => ({ ...picture, isNew: isNew(picture.url) })),
    missing: isWaiting(item.state) ? content.pictures.length - all.length : 0,
  }
}

async function alikeOf(deps: Deps, item: queue.ItemLine): Promise<Alike[]> {
  const offer = pages.offerOf(item)
  return offer ? listAlike(deps.db, item.id, likenessKeys(offer), ALIKE) : []
}

/** Filled in when the moderator has just said of which other offer it is a copy. */
function duplicateForm(req: Request, alike: readonly Alike[]): Form {
  const other = alike.find(({ id }) => id === query(req, 'duplicate'))
  if (!other) return emptyForm()
  const note = req.t('moderation.alike.note', { title: other.title, name: other.association_name })
  return emptyForm({ decision: 'refuse', reason: 'duplicate', note })
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
  return {
    action: `/moderation/undo${pages.listQuery(askedOf(req))}`,
    value: batch,
    label: req.t('moderation.undo.button'),
  }
}

/** The button that undoes the answer which the viewer has just given about this item. */
async function undoOf(deps: Deps, req: Request, id: string) {
  const held = await findHeld(deps.db, id)
  if (!held || held.person_id !== req.viewer.personId || held.until <= deps.clock.iso()) return null
  return { text: req.t('moderation.undo.text', { time: req.t.date(held.until, 'time') }), batch: held.batch }
}

/** Where « the next one » and « the one before » lead; '' where there is none. */
async function neighboursOf(
  deps: Deps,
  item: queue.ItemLine,
  { asked, line }: { asked: QueueAsked; line: queue.ItemFilter },
): Promise<{ next: string; previous: string }> {
  const waiting = queue.itemsList(deps.db, line)
  const to = (id: string) => `${pages.itemAddress(asked, id)}#offer`
  const isInLine = (await waiting.find(item.id)) !== undefined
  const at = async (place: Place) => (isInLine ? (await readPage(waiting, place, 1)).rows[0]?.id : undefined)
  const [first] = await firstRows(waiting, 1)
  // The last one leads to the first again, as long as there is another.
  const [after, before] = [await at({ after: item.id }), await at({ before: item.id })]
  const next = after ?? first?.id
  const isFirst = first?.id === item.id
  return {
    next: next && next !== item.id ? to(next) : pages.addressOf(asked),
    previous: before && !isFirst ? to(before) : '',
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
