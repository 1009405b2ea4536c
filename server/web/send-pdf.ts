// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { Refused } from './errors.ts'
import type { NoPdf } from './typst.ts'

/** @param name of the file, without its ending. @throws Refused when there can be no PDF of it: the page can be printed. */
export async function sendPdfFile(req: Request, res: Response, name: string, bytes: Buffer | NoPdf): Promise<void> {
  if (typeof bytes === 'string') throw new Refused(`attestations.refused.${bytes}`)
  await req.session.saveIfPossible()
  res.set('Content-Type', 'application/pdf')
  res.set('Content-Disposition', `attachment; filename="${name}.pdf"`)
  res.send(bytes)
}
