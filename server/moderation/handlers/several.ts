// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import * as queue from '../../../db/queries/moderation.ts'
import type { Deps } from '../../deps.ts'
import { NotFound } from '../../web/errors.ts'
import { emptyForm, parseForm, type Form } from '../../web/forms.ts'
import { param, type Handler } from '../../web/handler.ts'
import { decideSeveral, type Outcome } from '../commands/bulk.ts'
import { likewiseForm, severalForm } from '../forms.ts'
import { askedOf, showQueue, undoButton } from '../responses.ts'
import * as pages from '../pages/list.ts'
import { redirect } from '../../web/redirect.ts'

const MOST_NAMED = 5

export const decide =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(severalForm(deps.taxonomies), req.body)
    if (!parsed.ok) return showQueue(deps, req, res, { form: parsed.form, status: 422 })
    const { items, ...answer } = parsed.value
    flashOutcome(deps, req, answer.decision, await decideSeveral(deps, req.viewer, items, answer))
    await redirect(req, res, pages.addressOf(askedOf(req)))
  }

function flashOutcome(deps: Deps, req: Request, decision: 'accept' | 'refuse', { done, left, batch }: Outcome): void {
  const named = left.slice(0, MOST_NAMED).map((title) => req.t('moderation.several.named', { title }))
  const params = { count: done, left: left.length, titles: req.t.list(named) }
  const form = done === 1 ? 'one' : 'other'
  const undo = undoButton(deps, req, batch)
  if (left.length === 0) req.session.flash(`moderation.several.${decision}.${form}`, params, 'ok', { undo })
  else if (done === 0) req.session.flash('moderation.several.nothing', params, 'wait')
  else req.session.flash(`moderation.several.partly.${form}`, params, 'wait', { undo })
}

async function showLikewise(deps: Deps, req: Request, res: Response, form: Form, status = 200) {
  const refused = await queue.findItemLine(deps.db, param(req, 'item'))
  if (!refused) throw new NotFound()
  const others = await queue.listRefusableOf(deps.db, refused.association_uri)
  if (refused.state !== 'refused' || !refused.reason_code || others.length === 0)
    return redirect(req, res, '/moderation')
  const wording = { t: req.t, taxonomies: deps.taxonomies }
  await res.page('moderation/likewise', { ...pages.likewise(wording, refused, others), form }, status)
}

export const askLikewise =
  (deps: Deps): Handler =>
  (req, res) =>
    showLikewise(deps, req, res, emptyForm())

export const likewise =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(likewiseForm, req.body)
    if (!parsed.ok) return showLikewise(deps, req, res, parsed.form, 422)
    const refused = await queue.findItem(deps.db, param(req, 'item'))
    // The first refusal was changed meanwhile, so there is no answer to repeat.
    if (refused?.state !== 'refused' || !refused.reason_code) throw new NotFound()
    const answer = { decision: 'refuse', reason: refused.reason_code, note: refused.note } as const
    const others = new Set((await queue.listRefusableOf(deps.db, refused.association_uri)).map(({ id }) => id))
    const chosen = parsed.value.items.filter(({ id }) => others.has(id))
    flashOutcome(deps, req, 'refuse', await decideSeveral(deps, req.viewer, chosen, answer))
    await redirect(req, res, '/moderation')
  }
