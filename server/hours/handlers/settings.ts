// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Deps } from '../../deps.ts'
import { parseForm, typedValues } from '../../web/forms.ts'
import { param, type Handler } from '../../web/handler.ts'
import { redirect } from '../../web/redirect.ts'
import { sentForm } from '../../web/once.ts'
import { runCommand } from '../../web/run-command.ts'
import * as commands from '../commands/settings.ts'
import { categoryForm, chosenLevelForm, levelForm } from '../forms.ts'
import { showSettings } from '../responses.ts'

export const settings =
  (deps: Deps): Handler =>
  (req, res) =>
    showSettings(deps, req, res, {})

export const saveCategory =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(categoryForm, req.body)
    if (!parsed.ok) return showSettings(deps, req, res, { category: parsed.form }, 422)
    const { label_fr, label_en, valued, level } = parsed.value
    const label = { ...(label_fr && { fr: label_fr }), ...(label_en && { en: label_en }) }
    const add = () => commands.addCategory(deps, req.viewer, { label, valued, level }, sentForm(req))
    const done = await runCommand(parsed.form, add)
    if (!done.ok) return showSettings(deps, req, res, { category: done.form }, 422)
    req.session.flash('hours.settings.category_done')
    await redirect(req, res, '/work/hours/settings')
  }

export const archiveCategory =
  (deps: Deps): Handler =>
  async (req, res) => {
    await commands.archiveCategory(deps, req.viewer, param(req, 'category'), typedValues(req.body).to !== 'open')
    await redirect(req, res, '/work/hours/settings')
  }

export const setCategoryLevel =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(chosenLevelForm, req.body)
    const category = param(req, 'category')
    const set = (level: string) => commands.setCategoryLevel(deps, req.viewer, category, level)
    const done = parsed.ok ? await runCommand(parsed.form, () => set(parsed.value.level)) : parsed
    if (!done.ok) return showSettings(deps, req, res, { levelOf: { category, form: done.form } }, 422)
    req.session.flash('hours.settings.category_level_done')
    await redirect(req, res, '/work/hours/settings')
  }

export const saveLevel =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(levelForm, req.body)
    if (!parsed.ok) return showSettings(deps, req, res, { level: parsed.form }, 422)
    const { level_fr, level_en } = parsed.value
    const label = { ...(level_fr && { fr: level_fr }), ...(level_en && { en: level_en }) }
    const done = await runCommand(parsed.form, () => commands.addLevel(deps, req.viewer, label, sentForm(req)))
    if (!done.ok) return showSettings(deps, req, res, { level: done.form }, 422)
    req.session.flash('hours.settings.level_done')
    await redirect(req, res, '/work/hours/settings')
  }

export const archiveLevel =
  (deps: Deps): Handler =>
  async (req, res) => {
    await commands.archiveLevel(deps, req.viewer, param(req, 'level'), typedValues(req.body).to !== 'open')
    await redirect(req, res, '/work/hours/settings')
  }
