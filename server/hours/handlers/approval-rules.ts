// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { listRules } from '../../../db/queries/hours-rules.ts'
import { listCategories } from '../../../db/queries/hours.ts'
import type { Deps } from '../../deps.ts'
import { emptyForm, parseForm, type Form } from '../../web/forms.ts'
import { param, type Handler } from '../../web/handler.ts'
import { sentForm } from '../../web/once.ts'
import { redirect } from '../../web/redirect.ts'
import { runCommand } from '../../web/run-command.ts'
import { addRule, endRule } from '../commands/approval-rules.ts'
import { ruleForm } from '../forms.ts'
import { ruleInWords } from '../pages/approval-rules.ts'

const RULES = '/work/hours/rules'

async function showRules(deps: Deps, req: Request, res: Response, form: Form, status = 200) {
  const all = await listCategories(deps.db, { archived: true })
  const rules = await listRules(deps.db)
  await res.page(
    'hours/rules',
    {
      title: req.t('hours.rule.title'),
      form: { ...form, values: { form_id: deps.newId(), ...form.values } },
      rules: rules.map((rule) => ({
        id: rule.id,
        text: ruleInWords(req.t, rule, all),
        since: req.t.date(rule.created_at, 'short'),
      })),
      categories: all
        .filter(({ archived_at }) => archived_at === null)
        .map(({ id, label }) => ({ value: id, label: req.t.text(label).text })),
    },
    status,
  )
}

export const index =
  (deps: Deps): Handler =>
  (req, res) =>
    showRules(deps, req, res, emptyForm({ needs_offer: 'on' }))

export const add =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(ruleForm, req.body)
    if (!parsed.ok) return showRules(deps, req, res, parsed.form, 422)
    const done = await runCommand(parsed.form, () => addRule(deps, req.viewer, parsed.value, sentForm(req)))
    if (!done.ok) return showRules(deps, req, res, done.form, 422)
    req.session.flash('hours.rule.added')
    return redirect(req, res, RULES)
  }

export const end =
  (deps: Deps): Handler =>
  async (req, res) => {
    await endRule(deps, req.viewer, param(req, 'rule'))
    req.session.flash('hours.rule.ended')
    await redirect(req, res, RULES)
  }
