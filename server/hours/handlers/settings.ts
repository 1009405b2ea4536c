// SPDX-License-Identifier: AGPL-3.0-or-later
// Settings of hours: rates and categories.
import type { Request, Response } from 'express'
import { getAssociation } from '../../../db/queries/association.ts'
import { record } from '../../../db/queries/events.ts'
import * as ledger from '../../../db/queries/hours.ts'
import type { Deps } from '../../deps.ts'
import { Forbidden, Invalid, NotFound } from '../../web/errors.ts'
import { emptyForm, parseForm, withErrors, type Form } from '../../web/forms.ts'
import { param, type Handler } from '../../web/handler.ts'
import { redirect } from '../../web/redirect.ts'
import { runCommand } from '../../web/run-command.ts'
import { transact } from '../../web/transact.ts'
import type { Viewer } from '../../model/viewer.ts'
import { categoryForm, rateForm } from '../forms.ts'
import { rateOf } from '../pages/entries.ts'
import { maySetRates } from '../policy.ts'

/**
 * Adds a rate. It holds from its day on, until a newer one of the same category; values before that day do not change.
 * @throws Invalid when that category already has a rate from that day.
 */
export async function addRate(
  deps: Deps,
  viewer: Viewer,
  input: { category: string; amount: number; valid_from: string; source: string },
): Promise<void> {
  if (!maySetRates(viewer)) throw new Forbidden()
  await transact(deps, async (tx) => {
    const category = input.category || null
    if (category && !(await ledger.listCategories(tx)).some(({ id }) => id === category)) {
      throw new Invalid({ category: 'hours.error.category_missing' })
    }
    if (await ledger.hasRate(tx, category, input.valid_from))
      throw new Invalid({ valid_from: 'hours.error.rate_exists' })
    const id = deps.newId()
    const now = deps.clock.iso()
    const { currency } = await getAssociation(tx)
    await ledger.insertRate(tx, {
      id,
      category_id: category,
      cents_per_hour: input.amount,
      currency,
      valid_from: input.valid_from,
      source: input.source,
      created_by: viewer.personId,
      created_at: now,
    })
    await record(tx, { type: 'hours.rate_added', at: now, actorId: viewer.personId, subject: id })
  })
}

async function show(deps: Deps, req: Request, res: Response, forms: { rate?: Form; category?: Form }, status = 200) {
  const categories = await ledger.listCategories(deps.db, { archived: true })
  const rates = await ledger.listRates(deps.db)
  await res.page(
    'hours/settings',
    {
      title: req.t('hours.settings.title'),
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
    const done = await runCommand(parsed.form, () => addRate(deps, req.viewer, parsed.value))
    if (!done.ok) return show(deps, req, res, { rate: done.form }, 422)
    req.session.flash('hours.settings.rate_done')
    await redirect(req, res, '/work/hours/settings')
  }

export const saveCategory =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(categoryForm, req.body)
    const label = parsed.ok
      ? {
          ...(parsed.value.label_fr && { fr: parsed.value.label_fr }),
          ...(parsed.value.label_en && { en: parsed.value.label_en }),
        }
      : {}
    if (!parsed.ok || Object.keys(label).length === 0) {
      const form = parsed.ok ? withErrors(parsed.form, { label_fr: 'hours.error.label_missing' }) : parsed.form
      return show(deps, req, res, { category: form }, 422)
    }
    await transact(deps, (tx) =>
      ledger.insertCategory(tx, { id: deps.newId(), label, valued: parsed.value.valued, created_at: deps.clock.iso() }),
    )
    req.session.flash('hours.settings.category_done')
    await redirect(req, res, '/work/hours/settings')
  }

/** A category in use is archived, not deleted; it can be restored. */
export const toggleCategory =
  (deps: Deps): Handler =>
  async (req, res) => {
    const categories = await ledger.listCategories(deps.db, { archived: true })
    const found = categories.find(({ id }) => id === param(req, 'category'))
    if (!found) throw new NotFound()
    await transact(deps, (tx) => ledger.archiveCategory(tx, found.id, found.archived_at ? null : deps.clock.iso()))
    await redirect(req, res, '/work/hours/settings')
  }
