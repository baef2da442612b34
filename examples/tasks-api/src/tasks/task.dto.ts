import { Type } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  IsUUID,
  Max,
  MaxLength,
  Min,
  ValidateIf,
} from 'class-validator';
import type { TaskStatus } from './task.js';

const STATUSES: readonly TaskStatus[] = ['open', 'in_progress', 'done'];
const MAX_TITLE_CHARACTERS = 200;
const MAX_DESCRIPTION_CHARACTERS = 10_000;

export class CreateTaskDto {
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_TITLE_CHARACTERS)
  readonly title!: string;

  @IsOptional()
  @IsString()
  @MaxLength(MAX_DESCRIPTION_CHARACTERS)
  readonly description?: string;

  @IsOptional()
  @IsUUID()
  readonly assigneeId?: string;
}

export class ChangeTaskDto {
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_TITLE_CHARACTERS)
  readonly title?: string;

  @IsOptional()
  @IsString()
  @MaxLength(MAX_DESCRIPTION_CHARACTERS)
  readonly description?: string;

  @IsOptional()
  @IsIn(STATUSES)
  readonly status?: TaskStatus;
}

export class AssignTaskDto {
  /** Null for nobody. */
  @ValidateIf((body: AssignTaskDto) => body.assigneeId !== null)
  @IsUUID()
  readonly assigneeId!: string | null;
}

export class ListTasksDto {
  @IsOptional()
  @IsIn(STATUSES)
  readonly status?: TaskStatus;

  @IsOptional()
  @IsUUID()
  readonly assigneeId?: string;

  /** The `nextCursor` of the page before. */
  @IsOptional()
  @IsUUID()
  readonly cursor?: string;

  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  readonly limit: number = 20;
}
