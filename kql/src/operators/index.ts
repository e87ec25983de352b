// All tabular operators, by the name of their syntax node. What is not here is refused, with its place.
import type { Operator } from './define.ts'
import { consume } from './as.ts'
import { getschema } from './getschema.ts'
import { join, lookup } from './join.ts'
import { mvExpand } from './mv-expand.ts'
import { parse, parseWhere } from './parse.ts'
import { extend, project, projectAway, projectByNames, projectKeep, projectRename, projectReorder, serialize } from './project.ts'
import { render } from './render.ts'
import { sort, take, top } from './sort.ts'
import { count, distinct, summarize } from './summarize.ts'
import { union } from './union.ts'
import { where } from './where.ts'

export const operators: Readonly<Record<string, Operator>> = {
  ConsumeOperator: consume,
  CountOperator: count,
  DistinctOperator: distinct,
  ExtendOperator: extend,
  FilterOperator: where,
  GetSchemaOperator: getschema,
  JoinOperator: join,
  LookupOperator: lookup,
  MvExpandOperator: mvExpand,
  ParseOperator: parse,
  ParseWhereOperator: parseWhere,
  ProjectAwayOperator: projectAway,
  ProjectByNamesOperator: projectByNames,
  ProjectKeepOperator: projectKeep,
  ProjectOperator: project,
  ProjectRenameOperator: projectRename,
  ProjectReorderOperator: projectReorder,
  RenderOperator: render,
  SerializeOperator: serialize,
  SortOperator: sort,
  SummarizeOperator: summarize,
  TakeOperator: take,
  TopOperator: top,
  UnionOperator: union,
}
