"""Technologies that do not go together, in plain words, with their near misses."""

import pytest
from tests.apps.socratic.conflicts.test_causes import found

CLASHES = {
    "embedded": (
        (
            "The valve control runs on a microcontroller with 64 KB of RAM and no OS.",
            "The valve control is deployed on the microcontroller as a Docker container.",
        ),
        (
            "The firmware runs on bare metal without an operating system.",
            "The firmware runs in a container.",
        ),
        (
            "The thermostat has a tiny microcontroller.",
            "The software of the thermostat is written in Java and runs with Spring Boot.",
        ),
        ("The device has no operating system.", "The device software runs on Linux."),
        ("The sensor has 32 KB of memory.", "The sensor runs a PostgreSQL database."),
    ),
    "various": (
        (
            "The shop must work with JavaScript turned off.",
            "The shop is an interactive single-page application.",
        ),
        ("The site must support Internet Explorer 11.", "The site uses WebAssembly and WebGPU."),
        (
            "The servers keep no state between requests.",
            "The user's basket is held in the memory of the server.",
        ),
        (
            "The backend consists of serverless functions.",
            "A calculation in the backend runs for two hours without a break.",
        ),
        (
            "Everything runs as AWS Lambda functions.",
            "Uploaded files are written to the local disk of the server.",
        ),
        (
            "The system must run in a network that is cut off from the internet.",
            "User accounts are managed in a SaaS product in the cloud.",
        ),
        (
            "The software is one single application that is deployed as a whole.",
            "Each part of the software is an independent service that is deployed on its own.",
        ),
        ("Only NoSQL databases may be used.", "Reports join ten tables with SQL."),
        (
            "All calls between the services are synchronous.",
            "The services talk to each other through a message queue.",
        ),
        (
            "The app must be written natively for each platform.",
            "The app is developed with Flutter from a single code base.",
        ),
        ("The API must be offered exclusively as REST.", "The API must be implemented in GraphQL."),
        ("Only open source software may be used.", "Reports are made with Microsoft Power BI."),
        ("No data may leave our own network.", "The texts are translated with the DeepL API."),
        ("No third-party services may be used.", "Addresses are looked up with Google Maps."),
        (
            "The program must run on Windows, macOS and Linux.",
            "The program uses the Windows registry and .NET Framework 4.8.",
        ),
        ("Users must not install anything.", "Users install a client program on their PC."),
        ("The app has to run on Android and iOS.", "The app is written in SwiftUI only."),
        (
            "The website must work without cookies.",
            "Logged-in users are recognised by a session cookie.",
        ),
        (
            "The whole system is hosted in our own data centre.",
            "The backend runs on Microsoft Azure.",
        ),
        (
            "Passwords are not used; people sign in with passkeys.",
            "Users log in with their user name and password.",
        ),
        (
            "The database must be MySQL.",
            "The application uses stored procedures written in Oracle PL/SQL.",
        ),
        ("The device connects by Bluetooth only.", "The device sends its data over Wi-Fi."),
        ("The app must not require access to the internet.", "Login is done with Google accounts."),
    ),
}
NEAR = {
    "embedded": (
        ("The sensor runs on a microcontroller.", "The server runs in a Docker container."),
    ),
    "various": (
        (
            "The public website runs in the cloud.",
            "The payroll database is hosted in our own data centre.",
        ),
        ("The file server is self-hosted in the office.", "The website is hosted in the cloud."),
        ("We host the wiki on our own server.", "The newsletter tool is hosted in the cloud."),
        ("All services are written in Go.", "The web frontend is written in TypeScript."),
        (
            "Shipped orders cannot be changed.",
            "Customers can change an order before it is shipped.",
        ),
        ("Orders that have been shipped cannot be changed.", "Open orders can be changed."),
        ("The express lift does not stop at the first floor.", "The lift stops at every floor."),
        (
            "The express lift does not stop between the lobby and floor 20.",
            "The service lift stops at every floor.",
        ),
    ),
}


@pytest.mark.parametrize("said", [said for listed in CLASHES.values() for said in listed])
def test_that_exclude_each_other_are_found(said: tuple[str, ...]):
    assert found(said)


@pytest.mark.parametrize("said", [said for listed in NEAR.values() for said in listed])
def test_that_go_together_are_not(said: tuple[str, ...]):
    assert not found(said)
