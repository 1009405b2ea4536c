// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { limits } from '../../config/limits.ts'
import { findAffiliationWith } from '../../db/queries/affiliations.ts'
import { getAssociation } from '../../db/queries/association.ts'
import * as queue from '../../db/queries/moderation.ts'
import { listCarriers } from '../../db/queries/sources.ts'
import type { Deps } from '../deps.ts'
import type { Speak } from '../public-offer/words.ts'
import { sendCsv } from '../web/csv.ts'
import { Conflict, NotFound } from '../web/errors.ts'
import { emptyForm, parseForm, type Form } from '../web/forms.ts'
import { param, query, type Handler } from '../web/handler.ts'
import { pageOf, pagerOf } from '../web/paging.ts'
import { acceptOffer, askForChanges, refuseOffer, removeOffer, takeItem } from './commands/decide.ts'
import { decisionForm, readFilter, removalForm } from './forms.ts'
import * as itemPage from './item-page.ts'
import * as pages from './pages.ts'
import { redirect } from '../web/redirect.ts'

const ASIDE = 12
const MOST_ROWS = 20_000

const speakOf = (deps: Deps, req: Request): Speak => ({ t: req.t, taxonomies: deps.taxonomies })
const nowOf = (deps: Deps, req: Request): pages.Now => ({
  iso: deps.clock.iso(),
  timeZone: String(req.site['timeZone']),
})
/** Only a centre has a queue. */
const centreOnly = (req: Request) => {
  if (req.site.kind === 'association') throw new NotFound()
}

export const index =
  (deps: Deps): Handler =>
  (req, res) =>
    showQueue(deps, req, res, emptyForm())

/** The list; what waits can be ticked and answered together. */
export async function showQueue(deps: Deps, req: Request, res: Response, form: Form, status = 200) {
  centreOnly(req)
  const filter = readFilter(query(req, 'shelf'), query(req, 'association'))
  const counts: Record<string, number> = {}
  for (const shelf of queue.SHELVES) counts[shelf] = await queue.countItems(deps.db, { ...filter, shelf })
  const page = pageOf(query(req, 'page'), counts[filter.shelf] ?? 0, limits.pageLength)
  const items = await queue.listItems(deps.db, filter, page)
  const senders = await queue.listSenders(deps.db)
  const speak = speakOf(deps, req)
  const several = pages.severalOf(speak, filter, page, items, query(req, 'ticked') === 'all')
  const model = {
    title: req.t('moderation.title'),
    form,
    shelf: filter.shelf,
    association: filter.association ?? '',
    senders: senders.map(({ uri, name }) => ({ value: uri, label: name })),
    shelves: pages.shelfOptions(req.t, counts),
    table: items.length > 0 ? pages.table(speak, items, filter, nowOf(deps, req), several?.ticked(form)) : null,
    several,
    csv: pages.addressOf(filter, 1, '/moderation.csv'),
    pager: pagerOf(page, (to) => pages.addressOf(filter, to)),
  }
  await res.page('moderation/index', model, status)
}

export const exportAll =
  (deps: Deps): Handler =>
  async (req, res) => {
    centreOnly(req)
    const filter = readFilter(query(req, 'shelf'), query(req, 'association'))
    const items = await queue.listItems(deps.db, filter, { limit: MOST_ROWS, offset: 0 })
    const { columns, rows } = pages.csvOf(speakOf(deps, req), items)
    sendCsv(res, req.t('moderation.title'), columns, rows)
  }

type Extra = { form?: Form; completing?: Form; conflict?: string; status?: number }

export async function showItem(deps: Deps, req: Request, res: Response, extra: Extra = {}) {
  centreOnly(req)
  const item = await queue.findItemLine(deps.db, param(req, 'item'))
  if (!item) throw new NotFound()
  const member = await findAffiliationWith(deps.db, item.association_uri, 'member')
  const now = nowOf(deps, req)
  const waiting = await queue.listItems(deps.db, { shelf: 'waiting' }, { limit: ASIDE, offset: 0 })
  const count = await queue.countItems(deps.db, { shelf: 'waiting' })
  const model = itemPage.show(speakOf(deps, req), req.viewer, {
    item,
    places: deps.places,
    centre: await getAssociation(deps.db),
    memberSince: member?.state === 'active' ? (member.decided_at ?? member.requested_at) : null,
    affiliationId: member?.id ?? null,
    decisions: await queue.listDecisionsAbout(deps.db, item.association_uri, 5),
    counts: await queue.countDecisionsAbout(deps.db, item.association_uri),
    carriers: await listCarriers(deps.db, item.offer_uri),
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
      next: nextOf(waiting, item.id),
    },
    extra.status ?? 200,
  )
}

/** The one after it in the queue, or the first; the queue itself when nothing else waits. */
function nextOf(waiting: queue.ItemLine[], id: string): string {
  const at = waiting.findIndex((one) => one.id === id)
  const next = waiting[at + 1] ?? waiting[0]
  return next && next.id !== id ? `/moderation/${next.id}` : '/moderation'
}

export const show =
  (deps: Deps): Handler =>
  (req, res) =>
    showItem(deps, req, res)

export const take =
  (deps: Deps): Handler =>
  async (req, res) => {
    const version = Number((req.body as Record<string, unknown>)['version'])
    await orConflict(deps, req, res, emptyForm(), async () => {
      await takeItem(deps, req.viewer, param(req, 'item'), { version })
      req.session.flash('moderation.take.done')
      await redirect(req, res, `/moderation/${param(req, 'item')}`)
    })
  }

export const decide =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(decisionForm(deps.taxonomies), req.body)
    if (!parsed.ok) return showItem(deps, req, res, { form: parsed.form, status: 422 })
    const { value } = parsed
    const id = param(req, 'item')
    await orConflict(deps, req, res, parsed.form, async () => {
      if (value.decision === 'accept') await acceptOffer(deps, req.viewer, id, value)
      else if (value.decision === 'ask') await askForChanges(deps, req.viewer, id, value)
      else await refuseOffer(deps, req.viewer, id, value)
      const hasOthers = value.decision === 'refuse' && (await hasOthersLike(deps, id))
      await goOn(deps, req, res, `moderation.done.${value.decision}`, hasOthers ? `/moderation/${id}/likewise` : '')
    })
  }

/** Does anything else of the association we just refused something wait? */
async function hasOthersLike(deps: Deps, id: string): Promise<boolean> {
  const refused = await queue.findItem(deps.db, id)
  return refused !== undefined && (await queue.listRefusableOf(deps.db, refused.association_uri)).length > 0
}

/** To the next one that waits, or to the empty queue, unless there is something to ask first. */
async function goOn(deps: Deps, req: Request, res: Response, flash: string, first: string) {
  const decided = await queue.findItem(deps.db, param(req, 'item'))
  const [next] = await queue.listItems(deps.db, { shelf: 'waiting' }, { limit: 1, offset: 0 })
  const told = flash === 'moderation.done.refuse' && decided?.is_direct === 0 ? 'moderation.done.refuse_relayed' : flash
  req.session.flash(told, { title: decided?.title ?? '' })
  await redirect(req, res, first || (next ? `/moderation/${next.id}` : '/moderation'))
}

/** Somebody was quicker, or the text changed: the page as it is now, with what was typed and a sentence saying so. */
export async function orConflict(deps: Deps, req: Request, res: Response, form: Form, work: () => Promise<void>) {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof Conflict)) throw error
    const item = await queue.findItemLine(deps.db, param(req, 'item'))
    await showItem(deps, req, res, { form, conflict: item ? conflictText(req, item) : '', status: 409 })
  }
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

export const askRemoval =
  (deps: Deps): Handler =>
  (req, res) =>
    showRemoval(deps, req, res, emptyForm())

async function showRemoval(deps: Deps, req: Request, res: Response, form: Form, status = 200) {
  centreOnly(req)
  const item = await queue.findItemLine(deps.db, param(req, 'item'))
  if (!item) throw new NotFound()
  if (!item.accepted_offer) return redirect(req, res, `/moderation/${item.id}`)
  const model = {
    title: req.t('moderation.removal.title'),
    form,
    base: `/moderation/${item.id}`,
    version: item.version,
    offer: req.t.text(item.accepted_offer.content.title),
    name: item.association_name,
    reasons: pages.reasonsOf(speakOf(deps, req)),
    isRelayed: item.is_direct === 0,
  }
  await res.page('moderation/removal', model, status)
}

export const remove =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(removalForm(deps.taxonomies), req.body)
    if (!parsed.ok) return showRemoval(deps, req, res, parsed.form, 422)
    await orConflict(deps, req, res, parsed.form, async () => {
      await removeOffer(deps, req.viewer, param(req, 'item'), parsed.value)
      const removed = await queue.findItem(deps.db, param(req, 'item'))
      req.session.flash(removed?.is_direct === 0 ? 'moderation.done.remove_relayed' : 'moderation.done.remove')
      await redirect(req, res, `/moderation/${param(req, 'item')}`)
    })
  }
