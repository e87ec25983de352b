// All tabular operators, by the name of their syntax node. What is not here is refused, with its place.

import { as, consume, invoke } from './as.ts'
import type { Operator } from './define.ts'
import { evaluate } from './evaluate.ts'
import { getschema } from './getschema.ts'
import { makeGraph, markComponents } from './graph.ts'
import { graphMatch, graphShortestPaths } from './graph-match.ts'
import { graphToTable } from './graph-to-table.ts'
import { join, lookup } from './join.ts'
import { macroExpand } from './macro-expand.ts'
import { makeSeries } from './make-series.ts'
import { mvApply } from './mv-apply.ts'
import { mvExpand } from './mv-expand.ts'
import { parse, parseWhere } from './parse.ts'
import { parseKv } from './parse-kv.ts'
import { partition } from './partition.ts'
import {
  extend,
  project,
  projectAway,
  projectByNames,
  projectKeep,
  projectRename,
  projectReorder,
  serialize,
} from './project.ts'
import { reduce } from './reduce.ts'
import { render } from './render.ts'
import { sample, sampleDistinct } from './sample.ts'
import { scan } from './scan.ts'
import { find, search } from './search.ts'
import { sort, take, top } from './sort.ts'
import { count, distinct, summarize } from './summarize.ts'
import { topHitters, topNested } from './top-nested.ts'
import { union } from './union.ts'
import { where } from './where.ts'

export const operators: Readonly<Record<string, Operator>> = {
  AsOperator: as,
  ConsumeOperator: consume,
  CountOperator: count,
  DistinctOperator: distinct,
  EvaluateOperator: evaluate,
  ExtendOperator: extend,
  FilterOperator: where,
  FindOperator: find,
  GraphMarkComponentsOperator: markComponents,
  GraphMatchOperator: graphMatch,
  GraphShortestPathsOperator: graphShortestPaths,
  GraphToTableOperator: graphToTable,
  GetSchemaOperator: getschema,
  InvokeOperator: invoke,
  JoinOperator: join,
  LookupOperator: lookup,
  MacroExpandOperator: macroExpand,
  MakeSeriesOperator: makeSeries,
  MakeGraphOperator: makeGraph,
  MvApplyOperator: mvApply,
  MvExpandOperator: mvExpand,
  ParseKvOperator: parseKv,
  ParseOperator: parse,
  ParseWhereOperator: parseWhere,
  PartitionOperator: partition,
  ProjectAwayOperator: projectAway,
  ProjectByNamesOperator: projectByNames,
  ProjectKeepOperator: projectKeep,
  ProjectOperator: project,
  ProjectRenameOperator: projectRename,
  ProjectReorderOperator: projectReorder,
  ReduceByOperator: reduce,
  RenderOperator: render,
  SampleDistinctOperator: sampleDistinct,
  SampleOperator: sample,
  ScanOperator: scan,
  SearchOperator: search,
  SerializeOperator: serialize,
  SortOperator: sort,
  SummarizeOperator: summarize,
  TakeOperator: take,
  TopHittersOperator: topHitters,
  TopNestedOperator: topNested,
  TopOperator: top,
  UnionOperator: union,
}
