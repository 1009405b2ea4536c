// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { findPerson } from '../../../db/queries/people.ts'
import type { Deps } from '../../deps.ts'
import { choiceFor, kindsFor, NOTICE_CHOICES } from '../../model/notice-choices.ts'
import { emptyForm, parseForm, type Form } from '../../web/forms.ts'
import type { Handler } from '../../web/handler.ts'
import { redirect } from '../../web/redirect.ts'
import { saveNoticeChoices } from '../commands/notices.ts'
import { noticesForm } from '../forms.ts'
import { formPage } from '../pages.ts'

export const show =
  (deps: Deps): Handler =>
  (req, res) =>
    page(deps, req, res)

export const save =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(noticesForm(kindsFor(req.viewer.roles, req.site.kind)), req.body)
    if (!parsed.ok) return page(deps, req, res, parsed.form, 422)
    await saveNoticeChoices(deps, req.viewer, parsed.value)
    req.session.flash('accounts.notices.saved')
    return redirect(req, res, '/my/notices')
  }

async function page(deps: Deps, req: Request, res: Response, form?: Form, status = 200) {
  const { t } = req
  const stored = (await findPerson(deps.db, req.viewer.personId ?? ''))?.notice_choices ?? ''
  const kinds = kindsFor(req.viewer.roles, req.site.kind)
  const options = NOTICE_CHOICES.map((value) => ({
    value,
    label: t(`accounts.notices.choice.${value}`),
    hint: t(`accounts.notices.choice_hint.${value}`),
  }))
  const chosen = Object.fromEntries(kinds.map((kind) => [kind, choiceFor(stored, kind)]))
  const groups = kinds.map((name) => ({ name, legend: t(`accounts.notices.kind.${name}`), options }))
  return res.page(
    'accounts/notices',
    formPage(req, 'accounts.notices.title', form ?? emptyForm(chosen), { groups }),
    status,
  )
}
