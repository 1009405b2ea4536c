// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { firstRows, type Position } from '../../../db/keyset.ts'
import { findPause } from '../../../db/queries/members.ts'
import * as queue from '../../../db/queries/moderation.ts'
import type { Deps } from '../../deps.ts'
import { onlyCentres } from '../../web/access.ts'
import { NotFound } from '../../web/errors.ts'
import { emptyForm, parseForm, type Form } from '../../web/forms.ts'
import { param, query, type Handler } from '../../web/handler.ts'
import { acceptOffer, askForChanges, refuseOffer, removeOffer, suspendOffer, takeItem } from '../commands/decide.ts'
import { commentsIn, decisionForm, queueQuery, removalForm } from '../forms.ts'
import * as pages from '../pages/list.ts'
import { askedOf, readFilter, showAgain, showItem, showQueue, undoButton, wordingOf } from '../responses.ts'
import { redirect } from '../../web/redirect.ts'
import { sendRows } from '../../web/rows.ts'
import { runCommand } from '../../web/run-command.ts'
import { keepSearch, readSearch, searchForm } from '../../web/searches.ts'

export const index =
  (deps: Deps): Handler =>
  (req, res) =>
    showQueue(deps, req, res, { form: emptyForm() })

/** The words go into the session, as those of every search of the team (server/web/searches.ts). */
export const search =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(searchForm, req.body)
    const values = queueQuery.parse(parsed.form.values)
    const shown = { ...values, search: readSearch(req, 'moderation') }
    if (!parsed.ok)
      return showQueue(deps, req, res, { form: emptyForm(), filtering: parsed.form, asked: shown, status: 422 })
    const key = keepSearch(deps, req, 'moderation', parsed.value)
    await redirect(req, res, pages.addressOf({ ...shown, search: { ...shown.search, key } }))
  }

export const exportAll =
  (deps: Deps): Handler =>
  async (req, res) => {
    onlyCentres(req)
    const asked = askedOf(req)
    // Without the lost search, the file would have more offers than asked for; the list says that the search is lost.
    if (asked.search.isLost)
      return redirect(req, res, pages.addressOf({ ...asked, search: { ...asked.search, key: query(req, 'search') } }))
    const { filter } = await readFilter(deps, req, asked)
    await sendRows(res, queue.itemsList(deps.db, filter), pages.fileOf(wordingOf(deps, req)))
  }

export const show =
  (deps: Deps): Handler =>
  (req, res) =>
    showItem(deps, req, res)

export const take =
  (deps: Deps): Handler =>
  async (req, res) => {
    const version = Number((req.body as Record<string, unknown>)['version'])
    const take = () => takeItem(deps, req.viewer, param(req, 'item'), { version })
    const done = await runCommand(emptyForm(), take, { conflict: true })
    if (!done.ok) return showAgain(deps, req, res, done.status, { form: emptyForm() })
    req.session.flash('moderation.take.done')
    await redirect(req, res, pages.itemAddress(askedOf(req), param(req, 'item')))
  }

export const decide =
  (deps: Deps): Handler =>
  (req, res) =>
    answer(deps, req, res, req.body)

/** One press, beside the text: accepted, and on to the next. What was typed in the form comes along, and is not lost. */
export const accept =
  (deps: Deps): Handler =>
  (req, res) =>
    answer(deps, req, res, { ...(req.body as Record<string, unknown>), decision: 'accept' })

async function answer(deps: Deps, req: Request, res: Response, body: unknown): Promise<void> {
  const parsed = parseForm(decisionForm(deps.taxonomies), body)
  if (!parsed.ok) return showItem(deps, req, res, { form: parsed.form, status: 422 })
  const { value } = parsed
  const id = param(req, 'item')
  const place = await placeInLine(deps, req)
  // What associations wait for most is told at once; it is taken back by removing the offer.
  const batch = value.decision === 'accept' ? undefined : deps.newId()
  const work = async () => {
    if (value.decision === 'accept') await acceptOffer(deps, req.viewer, id, value)
    else if (value.decision === 'ask')
      await askForChanges(deps, req.viewer, id, { ...value, comments: commentsIn(value), ...(batch && { batch }) })
    else await refuseOffer(deps, req.viewer, id, { ...value, ...(batch && { batch }) })
  }
  const done = await runCommand(parsed.form, work, { conflict: true })
  if (!done.ok) return showAgain(deps, req, res, done.status, { form: done.status === 422 ? done.form : parsed.form })
  await goOn(deps, req, res, { decision: value.decision, batch, place })
}

/** `batch`: of an answer that can be undone. */
type Given = { decision: 'accept' | 'ask' | 'refuse'; batch?: string | undefined; place: Position | undefined }

/** What waits, as the moderator has narrowed it. */
async function lineOf(deps: Deps, req: Request) {
  const { filter } = await readFilter(deps, req, askedOf(req))
  return queue.itemsList(deps.db, { ...filter, shelf: 'waiting' })
}

/** Asked before the decision, because the offer leaves the line with it. */
async function placeInLine(deps: Deps, req: Request) {
  return (await lineOf(deps, req)).find(param(req, 'item'))
}

/** Redirects to the offer that waits after this one, at its heading, else to the queue. */
async function goOn(deps: Deps, req: Request, res: Response, { decision, batch, place }: Given) {
  const id = param(req, 'item')
  const decided = await queue.findItem(deps.db, id)
  // One that was passed over is not shown again after each decision.
  const line = await lineOf(deps, req)
  const after = place ? await line.read((await line.place({ after: place, limit: 1 })).map(({ number }) => number)) : []
  const next = (after[0] ?? (await firstRows(line, 1))[0])?.id
  const isRelayed = decision === 'refuse' && decided?.is_direct === 0
  const also = {
    undo: batch === undefined ? undefined : undoButton(deps, req, batch),
    link: decision === 'refuse' && decided ? await linkToOthers(deps, req, decided) : undefined,
  }
  const isHidden = decision === 'accept' && (await findPause(deps.db, decided?.association_uri ?? '')) !== undefined
  const message = isRelayed
    ? 'moderation.done.refuse_relayed'
    : isHidden
      ? 'moderation.done.accept_paused'
      : `moderation.done.${decision}`
  req.session.flash(message, { title: decided?.title ?? '' }, 'ok', also)
  const asked = askedOf(req)
  await redirect(req, res, next ? `${pages.itemAddress(asked, next)}#offer` : pages.addressOf(asked))
}

/** After a refusal: the same answer for other offers of the association, for those who want it. */
async function linkToOthers(deps: Deps, req: Request, refused: queue.ItemRow) {
  const { length } = await queue.listRefusableOf(deps.db, refused.association_uri)
  if (length === 0) return undefined
  const label = req.t.n('moderation.likewise.open', length, { name: refused.association_name })
  return { href: `/moderation/${refused.id}/likewise`, label }
}

/** Two ways to take an offer off the site: for the time being, or for good. */
const OFF = {
  suspension: {
    command: suspendOffer,
    title: 'moderation.suspension.title',
    text: { direct: 'moderation.suspension.text', relayed: 'moderation.suspension.text_relayed' },
    button: 'moderation.suspension.button',
    done: 'moderation.done.suspend',
  },
  removal: {
    command: removeOffer,
    title: 'moderation.removal.title',
    text: { direct: 'moderation.removal.text', relayed: 'moderation.removal.text_relayed' },
    button: 'moderation.removal.button',
    done: 'moderation.done.remove',
  },
} as const
type Off = keyof typeof OFF

const askOff =
  (off: Off) =>
  (deps: Deps): Handler =>
  (req, res) =>
    showOff(deps, req, res, off, emptyForm())

async function showOff(deps: Deps, req: Request, res: Response, off: Off, form: Form, status = 200) {
  onlyCentres(req)
  const item = await queue.findItemLine(deps.db, param(req, 'item'))
  if (!item) throw new NotFound()
  const offer = item.accepted_offer ?? (off === 'removal' && item.state === 'suspended' ? item.pending_offer : null)
  if (!offer) return redirect(req, res, `/moderation/${item.id}`)
  const isRelayed = item.is_direct === 0
  const model = {
    title: req.t(OFF[off].title),
    form,
    base: `/moderation/${item.id}`,
    action: `/moderation/${item.id}/${off}`,
    version: item.version,
    offer: req.t.text(offer.content.title),
    name: item.association_name,
    text: req.t(OFF[off].text[isRelayed ? 'relayed' : 'direct']),
    button: req.t(OFF[off].button),
    reasons: pages.reasonsOf(wordingOf(deps, req)),
    isRelayed,
  }
  await res.page('moderation/removal', model, status)
}

const takeOff =
  (off: Off) =>
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(removalForm(deps.taxonomies), req.body)
    if (!parsed.ok) return showOff(deps, req, res, off, parsed.form, 422)
    const batch = deps.newId()
    const work = () => OFF[off].command(deps, req.viewer, param(req, 'item'), { ...parsed.value, batch })
    const done = await runCommand(parsed.form, work, { conflict: true })
    if (!done.ok && done.status === 422) return showOff(deps, req, res, off, done.form, 422)
    if (!done.ok) return showAgain(deps, req, res, 409, { form: parsed.form })
    const item = await queue.findItem(deps.db, param(req, 'item'))
    const message = OFF[off].done
    req.session.flash(item?.is_direct === 0 ? `${message}_relayed` : message, {}, 'ok', {
      undo: undoButton(deps, req, batch),
    })
    await redirect(req, res, `/moderation/${param(req, 'item')}`)
  }

export const askSuspension = askOff('suspension')
export const suspend = takeOff('suspension')
export const askRemoval = askOff('removal')
export const remove = takeOff('removal')
