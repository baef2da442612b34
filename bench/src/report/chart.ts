import { init, use, type ComposeOption } from 'echarts/core';
import { BarChart, type BarSeriesOption } from 'echarts/charts';
import {
  GridComponent,
  MarkLineComponent,
  TitleComponent,
  type GridComponentOption,
  type TitleComponentOption,
} from 'echarts/components';
import { SVGRenderer } from 'echarts/renderers';
import type { CaseResult, ContestantResult } from '../cases/run-case.js';
import { count } from './numbers.js';

use([BarChart, GridComponent, TitleComponent, MarkLineComponent, SVGRenderer]);

type Option = ComposeOption<BarSeriesOption | GridComponentOption | TitleComponentOption>;

/** Pixels. */
const WIDTH = 900;
const TITLE_HEIGHT = 34;
const BAR_HEIGHT = 30;
const GAP = 14;
const LABEL_WIDTH = 300;
const RIGHT_MARGIN = 90;

const OURS = '#2563eb';
const OTHERS = '#94a3b8';

/** One small bar chart a case, each in its own unit a second, below one another. */
export function rateChart(cases: readonly CaseResult[]): string {
  const heights = cases.map(({ contestants }) => TITLE_HEIGHT + contestants.length * BAR_HEIGHT + GAP);
  const tops = heights.map((_height, index) =>
    heights.slice(0, index).reduce((sum, height) => sum + height, GAP),
  );
  const height = heights.reduce((sum, each) => sum + each, GAP);
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  chart.setOption<Option>({
    animation: false,
    backgroundColor: '#ffffff',
    title: cases.map((result, index) => ({
      text: `${result.title}, ${result.unit}/s`,
      left: GAP,
      top: tops[index] ?? 0,
      textStyle: { fontSize: 14 },
    })),
    grid: cases.map((result, index) => ({
      left: LABEL_WIDTH,
      right: RIGHT_MARGIN,
      top: (tops[index] ?? 0) + TITLE_HEIGHT,
      height: result.contestants.length * BAR_HEIGHT,
    })),
    xAxis: cases.map((_result, gridIndex) => ({ type: 'value', gridIndex, show: false })),
    yAxis: cases.map(({ contestants }, gridIndex) => ({
      type: 'category',
      gridIndex,
      inverse: true,
      data: contestants.map(({ label }) => label),
      axisTick: { show: false },
    })),
    series: cases.map(({ contestants }, index) => ({
      type: 'bar',
      xAxisIndex: index,
      yAxisIndex: index,
      data: contestants.map(bar),
    })),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}

function bar({ label, summary }: ContestantResult): NonNullable<BarSeriesOption['data']>[number] {
  return {
    value: summary.perSecond,
    itemStyle: { color: label.startsWith('this service') ? OURS : OTHERS },
    label: { show: true, position: 'right', formatter: count(summary.perSecond) },
  };
}
