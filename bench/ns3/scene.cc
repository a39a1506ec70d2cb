// The scenes of `airguard air cell` and `airguard air grid` on ns-3, for a comparison side by side.
// Prints one JSON document: megabits per flow, and the CPU time of the event loop.
//
// Flows are saturated: a queue is topped up every 10 ms and never runs empty. There is no IP, no
// ARP, no beacon and no association, so that nothing but the medium is compared.

#include "ns3/command-line.h"
#include "ns3/constant-position-mobility-model.h"
#include "ns3/core-module.h"
#include "ns3/mobility-helper.h"
#include "ns3/propagation-delay-model.h"
#include "ns3/propagation-loss-model.h"
#include "ns3/wifi-mac-queue.h"
#include "ns3/wifi-module.h"

#include <sys/resource.h>

#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

using namespace ns3;

namespace
{

constexpr uint32_t PAYLOAD_BYTES = 1500;
constexpr uint32_t QUEUE_PACKETS = 400;
constexpr uint16_t PROTOCOL = 0x88b5; // IEEE 802 local experimental

struct Flow
{
    Ptr<WifiNetDevice> from;
    Ptr<WifiNetDevice> to;
    uint64_t bytes = 0;
};

double
CpuSeconds()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec +
           (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

void
TopUp(Flow* flow, bool isQos)
{
    auto queue = flow->from->GetMac()->GetTxopQueue(isQos ? AC_BE : AC_BE_NQOS);
    for (uint32_t held = queue->GetNPackets(); held < QUEUE_PACKETS; held++)
    {
        flow->from->Send(Create<Packet>(PAYLOAD_BYTES), flow->to->GetAddress(), PROTOCOL);
    }
    Simulator::Schedule(MilliSeconds(10), &TopUp, flow, isQos);
}

} // namespace

int
main(int argc, char* argv[])
{
    std::string scene = "grid";
    std::string std_ = "11a";
    std::string plan = "co";
    uint32_t n = 16;
    uint32_t mcs = 4;
    uint32_t width = 20;
    uint32_t streams = 1;
    double spacing = 20;
    double duration = 60;
    double warmup = 2;
    uint32_t seed = 1;
    bool rts = false;
    bool uplink = false;
    double obssPd = 0;
    std::string capture = "none";

    CommandLine cmd;
    cmd.AddValue("scene", "cell or grid", scene);
    cmd.AddValue("std", "11a, 11n, 11ac or 11ax", std_);
    cmd.AddValue("plan", "co, rr4 or rr3", plan);
    cmd.AddValue("n", "stations of the cell, or access points of the grid", n);
    cmd.AddValue("mcs", "MCS of each stream, of all but 11a", mcs);
    cmd.AddValue("width", "MHz, of all but 11a", width);
    cmd.AddValue("streams", "spatial streams", streams);
    cmd.AddValue("spacing", "metres between access points", spacing);
    cmd.AddValue("duration", "measured seconds", duration);
    cmd.AddValue("warmup", "seconds before", warmup);
    cmd.AddValue("seed", "run number", seed);
    cmd.AddValue("rts", "RTS before every frame", rts);
    cmd.AddValue("uplink", "clients of the grid send too", uplink);
    cmd.AddValue("obss-pd", "OBSS PD level in dBm; 0 for none", obssPd);
    cmd.AddValue("capture", "none or preamble", capture);
    cmd.Parse(argc, argv);

    RngSeedManager::SetSeed(1);
    RngSeedManager::SetRun(seed);
    const bool isQos = std_ != "11a";
    std::string dataMode = "OfdmRate6Mbps";
    WifiStandard standard = WIFI_STANDARD_80211a;
    uint32_t ampduBytes = 65535;
    if (std_ == "11n")
    {
        standard = WIFI_STANDARD_80211n;
        dataMode = "HtMcs" + std::to_string(8 * (streams - 1) + mcs);
    }
    if (std_ == "11ac")
    {
        standard = WIFI_STANDARD_80211ac;
        dataMode = "VhtMcs" + std::to_string(mcs);
        ampduBytes = 1048575;
    }
    if (std_ == "11ax")
    {
        standard = WIFI_STANDARD_80211ax;
        dataMode = "HeMcs" + std::to_string(mcs);
    }
    const bool isCell = scene == "cell";
    const bool is24 = plan == "rr3" && !isCell;
    Config::SetDefault("ns3::WifiRemoteStationManager::RtsCtsThreshold",
                       StringValue(rts ? "0" : "999999"));
    Config::SetDefault("ns3::WifiMacQueue::MaxSize",
                       QueueSizeValue(QueueSize(PACKETS, 2 * QUEUE_PACKETS)));
    Config::SetDefault("ns3::WifiMacQueue::MaxDelay", TimeValue(Seconds(10000)));

    const uint32_t nodes = isCell ? n + 1 : 2 * n;
    NodeContainer all;
    all.Create(nodes);
    auto positions = CreateObject<ListPositionAllocator>();
    if (isCell)
    {
        positions->Add(Vector(0, 0, 0));
        for (uint32_t i = 0; i < n; i++)
        {
            const double angle = 2 * M_PI * i / n;
            positions->Add(Vector(5 * std::cos(angle), 5 * std::sin(angle), 0));
        }
    }
    else
    {
        const auto side = static_cast<uint32_t>(std::ceil(std::sqrt(n)));
        for (uint32_t i = 0; i < n; i++)
        {
            positions->Add(Vector(spacing * (i % side), spacing * (i / side), 0));
        }
        for (uint32_t i = 0; i < n; i++)
        {
            const double turn = 0.61803398875 * i;
            const double r = 3 + 2 * (turn - std::floor(turn));
            const double angle = 2.39996322973 * i;
            positions->Add(Vector(spacing * (i % side) + r * std::cos(angle),
                                  spacing * (i / side) + r * std::sin(angle),
                                  0));
        }
    }
    MobilityHelper mobility;
    mobility.SetPositionAllocator(positions);
    mobility.SetMobilityModel("ns3::ConstantPositionMobilityModel");
    mobility.Install(all);

    auto loss = CreateObject<LogDistancePropagationLossModel>();
    loss->SetPathLossExponent(3.5);
    loss->SetReference(1, is24 ? 40.05 : 46.67);
    auto channel = CreateObject<YansWifiChannel>();
    channel->SetPropagationLossModel(loss);
    channel->SetPropagationDelayModel(CreateObject<ConstantSpeedPropagationDelayModel>());

    WifiHelper wifi;
    wifi.SetStandard(standard);
    const std::string control = isQos && isCell ? "OfdmRate24Mbps" : "OfdmRate6Mbps";
    const std::string controlOf24 = is24 ? "ErpOfdmRate6Mbps" : control;
    wifi.SetRemoteStationManager("ns3::ConstantRateWifiManager",
                                 "DataMode",
                                 StringValue(dataMode),
                                 "ControlMode",
                                 StringValue(controlOf24));
    if (obssPd != 0)
    {
        wifi.SetObssPdAlgorithm("ns3::ConstantObssPdAlgorithm", "ObssPdLevel", DoubleValue(obssPd));
    }
    WifiMacHelper mac;
    mac.SetType("ns3::AdhocWifiMac", "QosSupported", BooleanValue(isQos));
    if (isQos)
    {
        mac.SetType("ns3::AdhocWifiMac",
                    "QosSupported",
                    BooleanValue(true),
                    "BE_MaxAmpduSize",
                    UintegerValue(ampduBytes),
                    "BE_MaxAmsduSize",
                    UintegerValue(0));
    }

    const int channels5[] = {36, 40, 44, 48};
    const int channels24[] = {1, 6, 11};
    NetDeviceContainer devices;
    for (uint32_t i = 0; i < nodes; i++)
    {
        YansWifiPhyHelper phy;
        phy.SetChannel(channel);
        phy.Set("TxPowerStart", DoubleValue(20));
        phy.Set("TxPowerEnd", DoubleValue(20));
        phy.Set("RxNoiseFigure", DoubleValue(7));
        if (capture == "preamble")
        {
            phy.SetFrameCaptureModel("ns3::SimpleFrameCaptureModel");
        }
        const uint32_t cell = i % n;
        int number = 36;
        if (!isCell && plan == "rr4")
        {
            number = channels5[cell % 4];
        }
        if (is24)
        {
            number = channels24[cell % 3];
        }
        if (width == 40)
        {
            number = 38;
        }
        if (width == 80)
        {
            number = 42;
        }
        if (width == 160)
        {
            number = 50;
        }
        phy.Set("Antennas", UintegerValue(streams));
        phy.Set("MaxSupportedTxSpatialStreams", UintegerValue(streams));
        phy.Set("MaxSupportedRxSpatialStreams", UintegerValue(streams));
        const std::string band = is24 ? "BAND_2_4GHZ" : "BAND_5GHZ";
        phy.Set("ChannelSettings",
                StringValue("{" + std::to_string(number) + ", " + std::to_string(width) + ", " +
                            band + ", 0}"));
        auto device = wifi.Install(phy, mac, all.Get(i));
        if (obssPd != 0)
        {
            DynamicCast<WifiNetDevice>(device.Get(0))
                ->GetHeConfiguration()
                ->SetAttribute("BssColor", UintegerValue(1 + cell % 63));
        }
        devices.Add(device);
    }
    wifi.AssignStreams(devices, 1000);

    const uint32_t flowCount = uplink ? 2 * n : n;
    std::vector<Flow> flows(flowCount);
    for (uint32_t i = 0; i < flowCount; i++)
    {
        const uint32_t from = isCell ? i + 1 : i;
        const uint32_t to = isCell ? 0 : (n + i) % (2 * n);
        flows[i].from = DynamicCast<WifiNetDevice>(devices.Get(from));
        flows[i].to = DynamicCast<WifiNetDevice>(devices.Get(to));
    }
    for (uint32_t i = 0; i < (isCell ? 1 : flowCount); i++)
    {
        auto receiver = flows[i].to;
        receiver->SetReceiveCallback([&flows, i, isCell, warmup](Ptr<NetDevice>,
                                                                 Ptr<const Packet> packet,
                                                                 uint16_t,
                                                                 const Address& from) {
            if (Simulator::Now() < Seconds(warmup))
            {
                return true;
            }
            if (!isCell)
            {
                flows[i].bytes += packet->GetSize();
                return true;
            }
            for (auto& flow : flows)
            {
                if (flow.from->GetAddress() == from)
                {
                    flow.bytes += packet->GetSize();
                }
            }
            return true;
        });
    }
    auto starts = CreateObject<UniformRandomVariable>();
    starts->SetStream(7);
    for (auto& flow : flows)
    {
        Simulator::Schedule(Seconds(starts->GetValue(0.001, 0.1)), &TopUp, &flow, isQos);
    }

    Simulator::Stop(Seconds(warmup + duration));
    const double before = CpuSeconds();
    Simulator::Run();
    const double spent = CpuSeconds() - before;

    std::printf("{\"cpuSecondsPerSimSecond\": %.6g, \"mbps\": [", spent / (warmup + duration));
    for (uint32_t i = 0; i < flowCount; i++)
    {
        std::printf("%s%.6g", i == 0 ? "" : ", ", flows[i].bytes * 8 / duration / 1e6);
    }
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    std::printf("], \"peakMemoryMb\": %.1f}\n", usage.ru_maxrss / 1024.0);
    Simulator::Destroy();
    return 0;
}
