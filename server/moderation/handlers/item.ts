// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { firstRows } from '../../../db/keyset.ts'
import * as queue from '../../../db/queries/moderation.ts'
import type { Deps } from '../../deps.ts'
import { NotFound } from '../../web/errors.ts'
import { emptyForm, parseForm, type Form } from '../../web/forms.ts'
import { param, query, type Handler } from '../../web/handler.ts'
import { acceptOffer, askForChanges, refuseOffer, removeOffer, takeItem } from '../commands/decide.ts'
import { decisionForm, readFilter, removalForm } from '../forms.ts'
import * as pages from '../pages/list.ts'
import { centreOnly, showAgain, showItem, showQueue, undoButton, wordingOf } from '../responses.ts'
import { redirect } from '../../web/redirect.ts'
import { sendRows } from '../../web/rows.ts'
import { runCommand } from '../../web/run-command.ts'

export const index =
  (deps: Deps): Handler =>
  (req, res) =>
    showQueue(deps, req, res, emptyForm())

export const exportAll =
  (deps: Deps): Handler =>
  async (req, res) => {
    centreOnly(req)
    const filter = readFilter(query(req, 'shelf'), query(req, 'association'))
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
    await redirect(req, res, `/moderation/${param(req, 'item')}`)
  }

export const decide =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(decisionForm(deps.taxonomies), req.body)
    if (!parsed.ok) return showItem(deps, req, res, { form: parsed.form, status: 422 })
    const { value } = parsed
    const id = param(req, 'item')
    const before = await queue.findItem(deps.db, id)
    // What associations wait for most is told at once; it is taken back by removing the offer.
    const batch = value.decision === 'accept' ? undefined : deps.newId()
    const work = async () => {
      if (value.decision === 'accept') await acceptOffer(deps, req.viewer, id, value)
      else if (value.decision === 'ask')
        await askForChanges(deps, req.viewer, id, { ...value, ...(batch && { batch }) })
      else await refuseOffer(deps, req.viewer, id, { ...value, ...(batch && { batch }) })
    }
    const done = await runCommand(parsed.form, work, { conflict: true })
    if (!done.ok) return showAgain(deps, req, res, done.status, { form: done.status === 422 ? done.form : parsed.form })
    await goOn(deps, req, res, { decision: value.decision, batch, since: before?.pending_since ?? '' })
  }

/** One press, beside the text: accepted, and on to the next. */
export const accept =
  (deps: Deps): Handler =>
  async (req, res) => {
    const version = Number((req.body as Record<string, unknown>)['version'])
    const id = param(req, 'item')
    const before = await queue.findItem(deps.db, id)
    const work = () => acceptOffer(deps, req.viewer, id, { version })
    const done = await runCommand(emptyForm(), work, { conflict: true })
    if (!done.ok) return showAgain(deps, req, res, done.status, { form: emptyForm() })
    await goOn(deps, req, res, { decision: 'accept', since: before?.pending_since ?? '' })
  }

/** `batch`: of an answer that can be undone. */
type Given = { decision: 'accept' | 'ask' | 'refuse'; batch?: string | undefined; since: string }

/** Redirects to the offer that waits after this one, at its heading, else to the queue. */
async function goOn(deps: Deps, req: Request, res: Response, { decision, batch, since }: Given) {
  const id = param(req, 'item')
  const decided = await queue.findItem(deps.db, id)
  // One that was passed over is not shown again after each decision.
  const after = await queue.findWaitingAfter(deps.db, { since, id })
  const [oldest] = await firstRows(queue.itemsList(deps.db, { shelf: 'waiting' }), 1)
  const next = after ?? oldest?.id
  const isRelayed = decision === 'refuse' && decided?.is_direct === 0
  const also = {
    undo: batch === undefined ? undefined : undoButton(deps, req, batch),
    link: decision === 'refuse' && decided ? await linkToOthers(deps, req, decided) : undefined,
  }
  const message = isRelayed ? 'moderation.done.refuse_relayed' : `moderation.done.${decision}`
  req.session.flash(message, { title: decided?.title ?? '' }, 'ok', also)
  await redirect(req, res, next ? `/moderation/${next}#offer` : '/moderation')
}

/** After a refusal: the same answer for other offers of the association, for those who want it. */
async function linkToOthers(deps: Deps, req: Request, refused: queue.ItemRow) {
  const { length } = await queue.listRefusableOf(deps.db, refused.association_uri)
  if (length === 0) return undefined
  const label = req.t.n('moderation.likewise.open', length, { name: refused.association_name })
  return { href: `/moderation/${refused.id}/likewise`, label }
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
    reasons: pages.reasonsOf(wordingOf(deps, req)),
    isRelayed: item.is_direct === 0,
  }
  await res.page('moderation/removal', model, status)
}

export const remove =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(removalForm(deps.taxonomies), req.body)
    if (!parsed.ok) return showRemoval(deps, req, res, parsed.form, 422)
    const batch = deps.newId()
    const work = () => removeOffer(deps, req.viewer, param(req, 'item'), { ...parsed.value, batch })
    const done = await runCommand(parsed.form, work, { conflict: true })
    if (!done.ok && done.status === 422) return showRemoval(deps, req, res, done.form, 422)
    if (!done.ok) return showAgain(deps, req, res, 409, { form: parsed.form })
    const removed = await queue.findItem(deps.db, param(req, 'item'))
    const message = removed?.is_direct === 0 ? 'moderation.done.remove_relayed' : 'moderation.done.remove'
    req.session.flash(message, {}, 'ok', { undo: undoButton(deps, req, batch) })
    await redirect(req, res, `/moderation/${param(req, 'item')}`)
  }
