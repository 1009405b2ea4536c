// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import * as ledger from '../../../db/queries/hours.ts'
import type { Deps } from '../../deps.ts'
import { emptyForm, parseForm, type Form } from '../../web/forms.ts'
import { param, type Handler } from '../../web/handler.ts'
import { redirect } from '../../web/redirect.ts'
import { sentForm } from '../../web/once.ts'
import { runCommand } from '../../web/run-command.ts'
import * as commands from '../commands/settings.ts'
import { categoryForm, rateForm } from '../forms.ts'
import { rateOf } from '../pages/entries.ts'

async function show(deps: Deps, req: Request, res: Response, forms: { rate?: Form; category?: Form }, status = 200) {
  const categories = await ledger.listCategories(deps.db, { archived: true })
  const rates = await ledger.listRates(deps.db)
  await res.page(
    'hours/settings',
    {
      title: req.t('hours.settings.title'),
      formId: deps.newId(),
      rateForm: forms.rate ?? emptyForm(),
      categoryForm: forms.category ?? emptyForm({ valued: 'on' }),
      currency: req.site.currency === 'CAD' ? '$' : '€',
      rates: rates.map((rate) => rateOf(req.t, rate, categories)),
      options: categories
        .filter(({ archived_at }) => !archived_at)
        .map(({ id, label }) => ({ value: id, label: req.t.text(label).text })),
      categories: categories.map((one) => ({
        id: one.id,
        label: req.t.text(one.label),
        valued: one.valued === 1,
        archived: one.archived_at !== null,
        action: req.t(one.archived_at ? 'hours.settings.restore' : 'hours.settings.archive'),
      })),
    },
    status,
  )
}

export const settings =
  (deps: Deps): Handler =>
  (req, res) =>
    show(deps, req, res, {})

export const saveRate =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(rateForm, req.body)
    if (!parsed.ok) return show(deps, req, res, { rate: parsed.form }, 422)
    const done = await runCommand(parsed.form, () => commands.addRate(deps, req.viewer, parsed.value, sentForm(req)))
    if (!done.ok) return show(deps, req, res, { rate: done.form }, 422)
    req.session.flash('hours.settings.rate_done')
    await redirect(req, res, '/work/hours/settings')
  }

export const saveCategory =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(categoryForm, req.body)
    if (!parsed.ok) return show(deps, req, res, { category: parsed.form }, 422)
    const { label_fr, label_en, valued } = parsed.value
    const label = { ...(label_fr && { fr: label_fr }), ...(label_en && { en: label_en }) }
    const add = () => commands.addCategory(deps, req.viewer, { label, valued }, sentForm(req))
    const done = await runCommand(parsed.form, add)
    if (!done.ok) return show(deps, req, res, { category: done.form }, 422)
    req.session.flash('hours.settings.category_done')
    await redirect(req, res, '/work/hours/settings')
  }

export const toggleCategory =
  (deps: Deps): Handler =>
  async (req, res) => {
    await commands.toggleCategory(deps, req.viewer, param(req, 'category'))
    await redirect(req, res, '/work/hours/settings')
  }
