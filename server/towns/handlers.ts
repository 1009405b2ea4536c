// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { limits } from '../../config/limits.ts'
import { getAssociation } from '../../db/queries/association.ts'
import * as towns from '../../db/queries/typed-towns.ts'
import type { Deps } from '../deps.ts'
import { Forbidden, NotFound } from '../web/errors.ts'
import { emptyForm, parseForm, type Form } from '../web/forms.ts'
import { param, query, type Handler } from '../web/handler.ts'
import { redirect } from '../web/redirect.ts'
import { placeAsked, readPage } from '../web/rows.ts'
import { runCommand } from '../web/run-command.ts'
import { findTown, reopenTown, settleTown } from './commands.ts'
import { reopenForm, townForm } from './forms.ts'
import { listPage, placeLabel, townPage } from './pages.ts'
import { maySettleTowns } from './policy.ts'
import { suggestions } from './place-meant.ts'

const OFFERS_SHOWN = 10

function only(req: Request): void {
  if (!maySettleTowns(req.viewer, req.site as { kind: 'association' | 'centre' | 'both' })) throw new Forbidden()
}

export const index =
  (deps: Deps): Handler =>
  async (req, res) => {
    only(req)
    const shelf = query(req, 'shelf') === 'settled' ? 'settled' : 'open'
    const page = await readPage(towns.townsList(deps.db, shelf), placeAsked(req), limits.pageLength)
    await res.page('towns/index', listPage({ t: req.t, places: deps.places }, shelf, page))
  }

export const show =
  (deps: Deps): Handler =>
  (req, res) =>
    showTown(deps, req, res, emptyForm({ answer: '' }))

async function showTown(deps: Deps, req: Request, res: Response, form: Form, status = 200) {
  only(req)
  const item = String(form.values['item'] ?? query(req, 'item'))
  const found = await findTown(deps.db, param(req, 'town'), item)
  if (!found) throw new NotFound()
  const id = found.row?.id ?? param(req, 'town')
  const model = townPage(
    { t: req.t, places: deps.places },
    {
      ...found,
      id,
      item,
      near: suggestions(deps.places, found.town, await getAssociation(deps.db), String(form.values['other'] ?? '')),
      offers: await towns.listNaming(deps.db, id, 0, OFFERS_SHOWN),
      count: await towns.countNaming(deps.db, id),
    },
  )
  await res.page('towns/show', { ...model, form }, status)
}

export const settle =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(townForm, req.body)
    if (!parsed.ok) return showTown(deps, req, res, parsed.form, 422)
    const id = param(req, 'town')
    const done = await runCommand(parsed.form, () => settleTown(deps, req.viewer, id, parsed.value), { conflict: true })
    if (!done.ok) return showTown(deps, req, res, done.form, done.status)
    const row = await towns.findTown(deps.db, id)
    const place = placeLabel(deps.places, row)
    const link = { href: townAddress(id, parsed.value.item), label: req.t('towns.change') }
    req.session.flash('towns.done', { typed: row?.name ?? '', place }, 'ok', { link })
    await redirect(req, res, backTo(parsed.value.item))
  }

export const reopen =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(reopenForm, req.body)
    if (!parsed.ok) return showTown(deps, req, res, parsed.form, 422)
    const id = param(req, 'town')
    const done = await runCommand(parsed.form, () => reopenTown(deps, req.viewer, id, parsed.value), { conflict: true })
    if (!done.ok) return showTown(deps, req, res, done.form, done.status)
    req.session.flash('towns.reopened')
    await redirect(req, res, backTo(parsed.value.item))
  }

const townAddress = (id: string, item: string) =>
  `/moderation/towns/${id}${item ? `?item=${encodeURIComponent(item)}` : ''}`
const backTo = (item: string) => (item ? `/moderation/${encodeURIComponent(item)}` : '/moderation/towns')
