"""A program of a user over the public methods: a type checker has nothing to say about it."""

from __future__ import annotations

import datetime
from pathlib import Path

from RPA.Planhat import Planhat, PlanhatBulkError, errors, types


def records(planhat: Planhat) -> str:
    company = planhat.create_object(types.Company(name="Acme", external_id="A-1", phase="onboarding", tags=["gold"]))
    company.phase = "live"
    company.custom["Region"] = "EMEA"
    changed = planhat.update_object(company)
    same = planhat.get_object_by_id(types.Company, "extid-A-1")
    ada = planhat.create_object(types.Enduser(email="ada@acme.example", companyId=same.id, first_name="Ada"))
    license_ = types.License({"currency": "EUR"}, company_id=same.id, value=1200, from_date=datetime.date(2026, 1, 1))
    planhat.create_object(license_)
    starting = planhat.get_objects(types.Company, phase="live", sort="-name", limit=5, where="h < 5")
    names: list[str] = [each.name for each in starting]
    people: types.PlanhatObjectList[types.Enduser] = planhat.get_objects(types.Enduser, same.id, properties="email")
    planhat.delete_planhat_object(ada)
    return f"{changed.name.upper()} {names} {people.find_by_company_id(same.id)} {same['name']} {same.custom.get('x')}"


def tables(planhat: Planhat, file: Path) -> int:
    plan = planhat.import_objects(types.Company, file, ["Account -> name"], dry_run=True, save_as=file.with_suffix(""))
    differences = plan.differences
    report = planhat.import_objects(types.Company, [{"name": "A"}], dates="DD.MM.YYYY", bad_rows="skip", journal=file)
    report.raise_if_failed()
    synced = planhat.sync_objects(types.Company, file, {"Account": "name"}, match_by="name")
    saved: dict[str, Path] = synced.save_files(file)
    exported = planhat.export_objects(types.Company, file, "name,phase", limit=3)
    flat: list[dict[str, object]] = [dict(row) for row in planhat.export_rows(types.Company, ["name"])]
    upserted = planhat.update_objects([types.Company(name="B", external_id="B")], verify=True)
    return len(differences) + exported.rows + len(flat) + len(saved) + len(upserted.failed)


def finding(planhat: Planhat, file: Path) -> list[str]:
    company = planhat.find_object(types.Company, "Acme")
    nobody = planhat.find_object(types.Enduser, "nobody@acme.example", default=None)
    planhat.take_snapshot(types.Company, file, "name")
    changes = planhat.get_changes(types.Company, file)
    new: list[str] = [each.name for each in changes.added]
    phases = [change.record.phase for change in changes.changed if change.fields[0].name == "phase"]
    twins = planhat.find_duplicates(types.Enduser, "email")
    first = [group[0].email for group in twins]
    missing = planhat.find_missing_objects([company])
    return [company.city, *new, *phases, *first, *(each.name for each in missing), nobody.email if nobody else ""]


def usage(planhat: Planhat) -> int:
    when = datetime.datetime.now(datetime.timezone.utc)
    planhat.track_activity("Logged in", email="ada@acme.example", date=when, weight=2, info={"page": "start"})
    pushed = planhat.push_metrics([{"value": 1}], dimension_id="logins", external_id="A-1", date=when.date())
    found = planhat.verify_metrics([{"value": 1}], dimension_id="logins", external_id="A-1", timeout=0)
    metrics = planhat.get_metrics("extid-A-1", dimension_id="logins", from_date=datetime.date(2026, 3, 1))
    note = planhat.log_note("extid-A-1", "Kick-off", "All went well.", date="2026-03-01")
    task = planhat.complete_task("srcid-T-1", when)
    return pushed.received + found.arrived + len(metrics) + len(note.snippet) + len(task.action)


def main() -> None:
    with Planhat(sandbox=True, timeout="1 min", retries=2) as planhat:
        print(records(planhat), tables(planhat, Path("table.csv")), finding(planhat, Path("state.db")), usage(planhat))
        companies = planhat.keywords["Get Companies"](limit=3)
        acme = planhat.create_company(name="Acme")
        print(companies, acme.phase, [each.name for each in planhat.get_companies(limit=3)])
        try:
            planhat.update_objects([types.Company(name="C")])
        except PlanhatBulkError as problem:
            print(problem.report.counts["failed"], problem.report.failed)
        except errors.PlanhatError as problem:
            print(problem)


if __name__ == "__main__":
    main()
