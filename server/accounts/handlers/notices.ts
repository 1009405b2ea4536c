// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { findPerson } from '../../../db/queries/people.ts'
import type { Deps } from '../../deps.ts'
import { choiceFor, kindsFor, NOTICE_CHOICES, type NoticeKind } from '../../model/notice-choices.ts'
import { emptyForm, parseForm, type Form } from '../../web/forms.ts'
import { param, type Handler } from '../../web/handler.ts'
import { redirect } from '../../web/redirect.ts'
import { readStopLink } from '../../mail/stop-link.ts'
import { saveNoticeChoices } from '../commands/notices.ts'
import { noticesForm } from '../forms.ts'
import { formPage } from '../pages.ts'
import { linkOver } from '../responses.ts'

export const show =
  (deps: Deps): Handler =>
  (req, res) =>
    page(deps, req, res)

export const save =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(noticesForm(kindsFor(req.viewer, req.site.kind)), req.body)
    if (!parsed.ok) return page(deps, req, res, parsed.form, 422)
    await saveNoticeChoices(deps, req.viewer, parsed.value)
    req.session.flash('accounts.notices.saved')
    return redirect(req, res, '/my/notices')
  }

async function page(deps: Deps, req: Request, res: Response, form?: Form, status = 200) {
  const { t } = req
  const stored = (await findPerson(deps.db, req.viewer.personId ?? ''))?.notice_choices ?? ''
  const kinds = kindsFor(req.viewer, req.site.kind)
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

/** @returns undefined for a link that is not ours, or of somebody who is gone. */
async function linked(deps: Deps, req: Request) {
  const link = readStopLink(deps, param(req, 'token'))
  const person = link && (await findPerson(deps.db, link.personId))
  return link && person ? link : undefined
}

const named = ({ t }: Request, kinds: readonly NoticeKind[]) =>
  t.list(kinds.map((kind) => t(`accounts.notices.kind.${kind}`)))

export const askStop =
  (deps: Deps): Handler =>
  async (req, res) => {
    const link = await linked(deps, req)
    if (!link) return linkOver(req, res)
    const action = `/notices/${param(req, 'token')}/stop`
    return res.page(
      'accounts/stop-notices',
      formPage(req, 'accounts.notices.stop_title', undefined, { kinds: named(req, link.kinds), action }),
    )
  }

/** Also sent by mail programs, without a cookie or a form of ours; the link itself is the proof. */
export const stop =
  (deps: Deps): Handler =>
  async (req, res) => {
    const link = await linked(deps, req)
    if (!link) return linkOver(req, res)
    const none = Object.fromEntries(link.kinds.map((kind) => [kind, 'none' as const]))
    await saveNoticeChoices(deps, { personId: link.personId }, none)
    return res.page(
      'accounts/notices-stopped',
      formPage(req, 'accounts.notices.stopped_title', undefined, { kinds: named(req, link.kinds) }),
    )
  }
