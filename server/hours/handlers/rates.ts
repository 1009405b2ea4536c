// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { getAssociation } from '../../../db/queries/association.ts'
import { listCategories, listLevels } from '../../../db/queries/hours.ts'
import type { Deps } from '../../deps.ts'
import { NotFound } from '../../web/errors.ts'
import { emptyForm, parseForm, type Form } from '../../web/forms.ts'
import { param, type Handler } from '../../web/handler.ts'
import { sentForm } from '../../web/once.ts'
import { redirect } from '../../web/redirect.ts'
import { runCommand } from '../../web/run-command.ts'
import { addRates, foreseeChange, withdrawRate, type RateChange } from '../commands/rates.ts'
import { rateForm, withdrawalForm } from '../forms.ts'
import { changeOf } from '../pages/rates.ts'
import { showSettings } from '../responses.ts'

export const save =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(rateForm, req.body)
    if (!parsed.ok) return showSettings(deps, req, res, { rate: parsed.form }, 422)
    const { agreed, ...input } = parsed.value
    const add = () => addRates(deps, req.viewer, { inputs: [input], agreed }, sentForm(req))
    const done = await runCommand(parsed.form, add, { conflict: true })
    if (!done.ok) {
      const change = 'category' in done.form.errors ? undefined : await foreseeChange(deps, { add: [input] })
      return showSettings(deps, req, res, { rate: done.form, change }, done.status)
    }
    req.session.flash('hours.settings.rate_done')
    await redirect(req, res, '/work/hours/settings')
  }

export const confirmWithdrawal =
  (deps: Deps): Handler =>
  async (req, res) => {
    const change = await foreseeChange(deps, { end: param(req, 'rate') })
    if (change.gone.length === 0) throw new NotFound()
    return showWithdrawal(deps, req, res, change, emptyForm())
  }

/** A rate that is gone already was withdrawn by the first of two clicks. */
export const withdraw =
  (deps: Deps): Handler =>
  async (req, res) => {
    const id = param(req, 'rate')
    const change = await foreseeChange(deps, { end: id })
    if (change.gone.length === 0) return redirect(req, res, '/work/hours/settings')
    const parsed = parseForm(withdrawalForm, req.body)
    if (!parsed.ok) return showWithdrawal(deps, req, res, change, parsed.form, 422)
    const withdrawing = () => withdrawRate(deps, req.viewer, id, parsed.value.agreed)
    const done = await runCommand(parsed.form, withdrawing, { conflict: true })
    if (!done.ok) return showWithdrawal(deps, req, res, change, done.form, done.status)
    req.session.flash('hours.settings.rate_withdrawn')
    return redirect(req, res, '/work/hours/settings')
  }

async function showWithdrawal(deps: Deps, req: Request, res: Response, change: RateChange, form: Form, status = 200) {
  const categories = await listCategories(deps.db, { archived: true })
  const { currency } = await getAssociation(deps.db)
  const title = req.t('hours.withdrawal.title')
  const names = [...categories, ...(await listLevels(deps.db))]
  const page = { title, form, id: change.gone[0]?.id, change: changeOf(req.t, change, names, currency) }
  await res.page('hours/rate-withdrawal', page, status)
}
