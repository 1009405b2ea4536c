// SPDX-License-Identifier: AGPL-3.0-or-later
// The administrator's pages about personal data: the register of processing.
import { getAssociation } from '../../db/queries/association.ts'
import type { Deps } from '../deps.ts'
import { streamCsv } from '../web/csv.ts'
import type { Handler } from '../web/handler.ts'
import { registerColumns, registerPage, registerRows } from './register.ts'

export const register =
  (deps: Deps): Handler =>
  async (req, res) =>
    res.page('privacy/register', registerPage(deps, req.t, await getAssociation(deps.db)))

export const registerCsv =
  (deps: Deps): Handler =>
  async (req, res) => {
    const rows = registerRows(deps, req.t, await getAssociation(deps.db))
    async function* once() {
      yield rows
    }
    await streamCsv(res, { name: req.t('privacy.register.file'), columns: registerColumns(req.t) }, once())
  }
